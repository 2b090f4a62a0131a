# Compiled by Cython as it stands. The interpreter needs none of it.

from .passage cimport environ_of, open_session, save

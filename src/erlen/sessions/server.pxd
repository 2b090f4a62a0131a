# Compiled by Cython as it stands. The interpreter needs none of it.

from .._core.states cimport environ_of
from .passage cimport open_session, save

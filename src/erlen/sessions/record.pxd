# Compiled by Cython as it stands. The interpreter needs none of it.

# Types for Cython, which compiles encoding.py with them. The interpreter needs none of it.

cdef int _DEEPEST

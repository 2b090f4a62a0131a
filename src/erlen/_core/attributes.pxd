# Types for Cython, which compiles attributes.py with them. The interpreter needs none of it.

cdef class lazy:
    cdef public object compute
    cdef public object name
    cdef public object __doc__

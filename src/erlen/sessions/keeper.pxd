# Types for Cython, which compiles keeper.py with them. The interpreter needs none of it.

cdef class Keeper:
    cdef public object store
    cdef public object serializer
    cdef public object max_size
    cdef public object _ids

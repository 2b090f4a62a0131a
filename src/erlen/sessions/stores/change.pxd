# Types for Cython, which compiles change.py with them. The interpreter needs none of it.

cdef class Record:
    cdef public str generation
    cdef public double expires
    cdef public dict fields
    cdef public object lease

cdef class Change:
    cdef public str generation
    cdef public dict sets
    cdef public object deletes
    cdef public bint cleared
    cdef public object expires
    cdef public bint creates
    cdef public object token

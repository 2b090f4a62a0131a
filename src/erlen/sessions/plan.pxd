# Types for Cython, which compiles plan.py with them. The interpreter needs none of it.

cimport cython

cdef class Plan:
    cdef public object interface
    cdef public object name
    cdef public str mark
    cdef public bint refreshes
    cdef public object find

    @cython.locals(text=str)
    cpdef text_of(self, request)

cdef class StoragePlan(Plan):
    cdef public double seconds

# Types for Cython, which compiles checks.py with them. The interpreter needs none of it.

cimport cython

cdef dict _KINDS_BY_LOWER

cpdef int kind_of_other(object name) except -1

@cython.locals(text=str)
cpdef bint is_plain_text(object value) except -1

@cython.locals(pairs=list)
cpdef bint are_plain(list pairs) except -1

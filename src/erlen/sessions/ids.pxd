# Types for Cython, which compiles ids.py with them. The interpreter needs none of it.

cimport cython

@cython.locals(char=cython.Py_UCS4)
cpdef bint looks_like_id(str text) except -1

cdef class PlainIds:
    cpdef object read(self, str text)

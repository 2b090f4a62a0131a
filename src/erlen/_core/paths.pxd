# Types for Cython, which compiles paths.py with them. The interpreter needs none of it.

cimport cython

cdef bytes _PLAIN

@cython.locals(plain=cython.p_const_uchar, char=cython.Py_UCS4, code=cython.int)
cpdef bint is_plain(str text)

cdef class UsualPath:
    cdef str _head
    cdef tuple _slots
    cdef object _otherwise

    @cython.locals(name=str, is_number=bint, tail=str, pieces=list)
    cpdef str fill(self, dict values)

@cython.locals(usual=UsualPath)
cpdef str usual_path(object build, dict values)

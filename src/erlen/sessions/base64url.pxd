# Types for Cython, which compiles base64url.py with them. The interpreter needs none of it.

cimport cython

cdef bytes _CHARS, _VALUES

@cython.locals(
    source=cython.p_const_uchar, target=cython.p_uchar, chars=cython.p_const_uchar,
    place=cython.Py_ssize_t, size=cython.Py_ssize_t, bits=cython.uint,
)
cpdef Py_ssize_t encode(bytes data, bytearray room, Py_ssize_t at) except -1

@cython.locals(
    source=cython.p_const_uchar, target=cython.p_uchar, values=cython.p_const_uchar,
    at=cython.Py_ssize_t, left=cython.Py_ssize_t, first=cython.uint, second=cython.uint,
    third=cython.uint, fourth=cython.uint,
)
cpdef Py_ssize_t decode(bytes text, Py_ssize_t start, Py_ssize_t end, bytearray room) except -2

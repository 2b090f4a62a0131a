# Types for Cython, which compiles pairs.py with them. The interpreter needs none of it.

cimport cython

cdef unsigned char _AND, _EQUALS, _PERCENT, _PLUS, _SEMICOLON, _SPACE
cdef bytes _DIGITS, _COOKIE_BYTES

@cython.locals(
    found=dict, plain=str, data=bytes, source=cython.p_const_uchar, room=bytearray, size=cython.Py_ssize_t,
    start=cython.Py_ssize_t, place=cython.Py_ssize_t, char=cython.uchar, named=cython.bint,
    escaped=cython.bint, name=str, piece=str, value=str, values=list,
)
cpdef dict lists(object text)

@cython.locals(
    found=dict, text=str, data=bytes, source=cython.p_const_uchar, kinds=cython.p_const_uchar,
    size=cython.Py_ssize_t, start=cython.Py_ssize_t, place=cython.Py_ssize_t, name=str, value=str,
    values=list,
)
cpdef dict cookies(object header)

@cython.locals(
    decoded=cython.p_uchar, digits=cython.p_const_uchar, size=cython.Py_ssize_t,
    char=cython.uchar, high=cython.uchar, low=cython.uchar,
)
cdef str _piece(const unsigned char* source, Py_ssize_t start, Py_ssize_t end, bytearray room)

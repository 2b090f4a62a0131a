# Types for Cython, which compiles heads.py with them. The interpreter needs none of it.

cimport cython

cdef bint COMPILED
cdef int _TAB, _LF, _CR, _SPACE, _COLON
cdef str _BEFORE_NAME, _BEFORE_FILENAME

cpdef Py_ssize_t blank_line(bytes data, Py_ssize_t start, Py_ssize_t end) except -2

@cython.locals(source=cython.p_const_uchar, at=cython.Py_ssize_t, byte=cython.int, after=cython.int)
cpdef Py_ssize_t blank_line_by_bytes(bytes data, Py_ssize_t start, Py_ssize_t end) except -2

@cython.locals(headers=list)
cpdef list parse(bytes head)

@cython.locals(lines=list, headers=list, line=bytes, name=str, value=str)
cpdef list parse_by_lines(bytes head)

@cython.locals(
    source=cython.p_const_uchar, size=cython.Py_ssize_t, headers=list, start=cython.Py_ssize_t,
    end=cython.Py_ssize_t, colon=cython.Py_ssize_t,
)
cpdef list parse_by_bytes(bytes head)

cdef str _text(const unsigned char* source, Py_ssize_t start, Py_ssize_t end)

cpdef str find(list headers, str wanted)

cpdef tuple names(list headers)

@cython.locals(pieces=list)
cdef tuple _plain_names(str disposition)

cpdef str charset(list headers)

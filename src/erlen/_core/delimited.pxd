# Types for Cython, which compiles delimited.py with them. The interpreter needs none of it.

cimport cython

from .heads cimport blank_line

cdef bint COMPILED
cdef int _NONE, _CR, _LF

cdef class Marker:
    cdef bytes _wanted
    cdef Py_ssize_t _step
    cdef bytearray _last
    cdef bytearray _before

    @cython.locals(place=cython.Py_ssize_t)
    cdef object _note(
        self, const unsigned char* source, unsigned char* last, unsigned char* before
    )

    @cython.locals(
        source=cython.p_const_uchar, last=cython.p_uchar, before=cython.p_uchar,
        size=cython.Py_ssize_t, step=cython.Py_ssize_t, total=cython.Py_ssize_t,
        most=cython.Py_ssize_t, seen=cython.Py_ssize_t, place=cython.int,
        alike=cython.Py_ssize_t,
    )
    cpdef Py_ssize_t find(self, bytes data, Py_ssize_t start) except -2

    @cython.locals(
        wanted=cython.p_const_uchar, count=cython.Py_ssize_t, total=cython.Py_ssize_t,
    )
    cdef Py_ssize_t _alike(self, const unsigned char* source, Py_ssize_t size, Py_ssize_t at)

cdef class DelimitedReader:
    cdef bytes _data
    cdef object _more
    cdef bytes _delimiter
    cdef Marker _marker
    cdef Py_ssize_t _position
    cdef Py_ssize_t _lead
    cdef readonly bint ended

    @cython.locals(
        start=cython.Py_ssize_t, end=cython.Py_ssize_t, size=cython.Py_ssize_t,
        after=cython.Py_ssize_t,
    )
    cpdef bytes read_head(self, Py_ssize_t most)

    cpdef object read_content(self, object write)

    @cython.locals(
        size=cython.Py_ssize_t, scan=cython.Py_ssize_t, found=cython.Py_ssize_t,
        end=cython.Py_ssize_t, after=cython.Py_ssize_t,
    )
    cdef object _read_to_delimiter(self, object write, bint at_line)

    cdef Py_ssize_t _find_boundary(self, Py_ssize_t start) except -2

    @cython.locals(room=cython.Py_ssize_t, last=cython.int)
    cdef Py_ssize_t _line_break_before(self, Py_ssize_t position) except -2

    cdef Py_ssize_t _end_of_delimiter(self, Py_ssize_t position) except -2

    @cython.locals(start=cython.Py_ssize_t)
    cdef object _pass_on(self, object write, Py_ssize_t end)

# Types for Cython, which compiles respond.py with them. The interpreter needs none of it.

cimport cython

from .checks cimport is_plain_text, kind_of_other

cdef str _PLAIN_CHARS
cdef dict _status_lines
cdef dict _known_in_304
cdef dict _known_in_empty
cdef frozenset _NOT_IN_304
cdef frozenset _NOT_IN_EMPTY
cdef dict KNOWN_NAMES
cdef frozenset PLAIN_NAMES
cdef int LENGTH
cdef int LOCATION

cpdef bint has_no_body(object code) except -1

@cython.locals(char=cython.Py_UCS4, text=str)
cpdef bint is_plain_location(object location) except -1

@cython.locals(bodiless=cython.bint, own_pairs=list, pairs=list)
cpdef send(response, environ, start_response)

@cython.locals(pairs=list)
cdef list _checked_headers(object response, object environ, bint bodiless)

@cython.locals(text=str)
cdef object _encoded_chunk(object chunk)

@cython.locals(known=dict, unwanted=frozenset, kept=list)
cdef list _without_body_headers(object code, list pairs)

cdef object _END

@cython.final
cdef class Chunks:
    cdef object _chunks
    cdef object _response

    cpdef object close(self)

@cython.locals(finished=list, has_length=cython.bint, index=cython.Py_ssize_t, name=object, value=object)
cdef list _finish_headers(object response, list pairs, bint bodiless)

@cython.locals(name=object)
cdef bint _tell_length(list pairs) except -1

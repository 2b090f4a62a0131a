# Types for Cython, which compiles construct.py with them. The interpreter needs none of it.

cimport cython

from .checks cimport are_plain

cdef dict _status_lines

@cython.locals(pair=tuple)
cpdef tuple header_of_mimetype(object mimetype)

cpdef object new_headers(list pairs)

@cython.locals(pair=tuple, pairs=list, own_body=bytes, in_order=cython.bint)
cpdef bint begin(response, body, status, headers, mimetype, content_type, bint direct_passthrough) except -1

@cython.locals(pairs=list, has_type=cython.bint)
cdef list _pairs_of(object headers, tuple content_type, bint is_default)

cpdef bint can_fill(object cls, object code) except -1

cdef class HeadersAttribute:
    pass

cpdef object adopt(object response)

@cython.locals(size=cython.Py_ssize_t)
cpdef tuple length_header(bytes body)

cpdef object fill(object response, bytes body, object code, list pairs)

cpdef object new_response(type cls, bytes body, object code, list pairs)

cpdef object plain_response(type cls, tuple content_type, object rv)

@cython.locals(pairs=list, data=bytes)
cdef object _with_headers(type cls, tuple content_type, object body, object headers)

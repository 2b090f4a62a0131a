# Types for Cython, which compiles body.py with them. The interpreter needs none of it.

cimport cython

cdef str _BEFORE_BOUNDARY

@cython.locals(boundary=str)
cpdef tuple parse_content_type(object value)

cpdef object announced_length(object environ)

cpdef object read_once(object environ, object length)

cpdef object parse_json(object data, object deepest)

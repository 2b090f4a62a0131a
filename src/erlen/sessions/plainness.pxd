# Types for Cython, which compiles plainness.py with them. The interpreter needs none of it.

cdef object _NONE
cdef double _INFINITE

cpdef bint is_plain_msgpack(object value, int depth)
cpdef bint is_plain_json(object value, int depth)

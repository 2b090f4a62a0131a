# Types for Cython, which compiles dumper.py with them. The interpreter needs none of it.

cdef class Dumper:
    cdef object _default
    cdef object _ensure_ascii
    cdef object _sort_keys
    cdef object _allow_nan
    cdef object _careful
    cdef object _encode_quickly

    cpdef bint fits(self, default, ensure_ascii, sort_keys, allow_nan) except -1

    cpdef str dump(self, obj)

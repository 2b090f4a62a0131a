# Types for Cython, which compiles headers.py with them. The interpreter needs none of it.

cdef object _environ_key(object name)

cdef bint _is_plain(object key, object value) except -1

cdef bint _add_new(list pairs, str key, str value) except -1

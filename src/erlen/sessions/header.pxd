# Types for Cython, which compiles header.py with them. The interpreter needs none of it.

cimport cython

cdef tuple _KNOWN_SETTERS
cdef frozenset _NEITHER

cpdef bint sets_plainly(response_class) except -1

cdef class SessionCookie:
    cdef readonly object name
    cdef dict _attributes
    cdef str _after_date
    cdef str _before_date
    cdef bint _is_plain

    @cython.locals(own_pairs=list)
    cpdef set_plain(self, response, str value, expires, max_size)

    @cython.locals(line=str, date=str)
    cpdef tuple plain_pair(self, str value, expires, max_size)

@cython.locals(pairs=list, has_cache_control=cython.bint)
cpdef mark_for_caches(response, bint sets_cookie)

# Types for Cython, which compiles plan.py with them. The interpreter needs none of it.

cimport cython

from .codec cimport CookieCodec
from .header cimport SessionCookie

cdef class Plan:
    cdef public object interface
    cdef public object name
    cdef public str mark
    cdef public bint refreshes
    cdef public object find

    @cython.locals(text=str)
    cpdef text_of(self, request)

cdef class SessionPlan(Plan):
    cdef public CookieCodec codec
    cdef public SessionCookie cookie
    cdef public object lifetime
    cdef public object max_age
    cdef public object max_cookie_size
    cdef public object save_session
    cdef public object is_null_session
    cdef public object set_cookie

cdef class StoragePlan(Plan):
    cdef public double seconds

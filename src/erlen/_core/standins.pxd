# Types for Cython, which compiles standins.py with them. The interpreter needs none of it.

cimport cython

from .states cimport AppContextState, RequestContextState

cdef object _get_frame
cdef frozenset _OWN

@cython.locals(frame=tuple, ctx=RequestContextState)
cdef object _find_app()

@cython.locals(frame=tuple, ctx=RequestContextState)
cdef object _find_request()

@cython.locals(frame=tuple, ctx=RequestContextState, app_ctx=AppContextState)
cdef object _find_g()

@cython.locals(frame=tuple, ctx=RequestContextState)
cdef object _find_session()

cdef class AppStandIn:
    pass

cdef class RequestStandIn:
    pass

cdef class GStandIn:
    pass

cdef class SessionStandIn:
    pass

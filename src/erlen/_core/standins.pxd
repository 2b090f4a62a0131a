# Types for Cython, which compiles standins.py with them. The interpreter needs none of it.

cdef object _get_frame
cdef object _OWN

cdef class AppStandIn:
    pass

cdef class RequestStandIn:
    pass

cdef class GStandIn:
    pass

cdef class SessionStandIn:
    pass

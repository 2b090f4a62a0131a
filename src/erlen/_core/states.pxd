# Types for Cython, which compiles states.py with them. The interpreter needs none of it.

cdef class AppContextState:
    cdef public object app
    cdef public object _g
    cdef public object _adapter
    cdef public int _depth
    cdef public bint has_adapter

cdef class RequestContextState:
    cdef public object app
    cdef public object request
    cdef public object _opened
    cdef public object _after
    cdef public object _app_ctx
    cdef public object _adapter
    cdef public int _depth
    cdef public object _streams
    cdef public object flashes
    cdef public object failure
    cdef public bint has_adapter
    cdef public bint touched
    cdef public object allowed_methods

cdef class RequestState:
    cdef public object _environ
    cdef public bint _in_environ
    cdef public object url_rule
    cdef public object view_args
    cdef public object routing_exception

cpdef object environ_of(object request)

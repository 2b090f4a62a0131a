# Types for Cython, which compiles plan.py with them. The interpreter needs none of it.

from .ways cimport Ways

cdef class Hooks:
    cdef public tuple after
    cdef public tuple before
    cdef public dict handlers
    cdef public tuple preprocessors
    cdef public tuple teardown

cdef class Plan:
    cdef public bint direct
    cdef public object ending
    cdef public Plan for_options
    cdef public dict handlers
    cdef public Hooks hooks
    cdef public object refusal
    cdef public object rule
    cdef public bint shows_exception
    cdef public bint tears_down
    cdef public object view

cdef class Served:
    cdef public object _app
    cdef public dict _hooks
    cdef public dict _hooks_by_endpoint
    cdef public bint _keeps_errors
    cdef public bint _keeps_teardown
    cdef public dict _plans
    cdef public tuple app_teardown
    cdef public bint builds_paths
    cdef public object answer_json
    cdef public Plan by_exception
    cdef public bint by_methods
    cdef public object context_class
    cdef public bint direct_response
    cdef public object find
    cdef public bint is_current
    cdef public bint leaves_app_context
    cdef public Plan method_not_allowed
    cdef public Plan not_found
    cdef public object plain_class
    cdef public object plain_host
    cdef public bint plain_request
    cdef public object refreshes_session
    cdef public bint remembers_handlers
    cdef public object request_class
    cdef public object response_class
    cdef public object save_apart
    cdef public dict statics
    cdef public bint tears_down
    cdef public object text_type
    cdef public dict views
    cdef public Ways ways

# Types for Cython, which compiles dispatch.py with them. The interpreter needs none of it.

cimport cython

from .construct cimport length_header, new_response, plain_response
from .plan cimport Hooks, Plan, Served
from .respond cimport send
from .states cimport RequestContextState, RequestState
from .teardown cimport run_all

cdef object _get_frame
cdef object _set_frame

@cython.locals(
    served=Served,
    plan=Plan,
    ctx=RequestContextState,
    request=RequestState,
    env=dict,
    by_method=dict,
    request_class=type,
    context_class=type,
)
cpdef serve(app, environ, start_response)

cdef int _open_if_permanent(Served served, RequestContextState ctx, dict env) except -1

@cython.locals(body=bytes, pairs=list)
cdef object _answer_apart(app, Served served, RequestContextState ctx, object rv, start_response)

cdef object _finish_touched(app, Served served, RequestContextState ctx, object rv)

@cython.locals(hooks=Hooks)
cdef object _serve_hooked(app, Served served, RequestContextState ctx, Plan plan)

cdef object _handler_of(Plan plan, object request, object exc)

cdef object _make_response(app, Served served, object rv)

cdef object _end_request(app, RequestContextState ctx, tuple ending, object error)

cdef bint _admit_host(Served served, object host) except -1

@cython.locals(plan=Plan, request=RequestState)
cdef Plan _find_plan(Served served, RequestContextState ctx, dict env, object method)

@cython.locals(text=str)
cdef bint _is_plain_path(object path) except -1

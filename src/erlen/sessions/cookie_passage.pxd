# Types for Cython, which compiles cookie_passage.py with them. The interpreter needs none of it.

cimport cython

from .plan cimport SessionPlan

cdef object _new

@cython.locals(plan=SessionPlan)
cpdef SessionPlan plan_of(object interface, object app)

@cython.locals(plan=SessionPlan)
cpdef object open_session(object interface, object app, object request)

cpdef bint is_mapping(object data) except -1

@cython.locals(plan=SessionPlan, pairs=list)
cpdef object save_apart(object interface, object app, object session)

@cython.locals(cookie=tuple)
cdef list _pairs_of(SessionPlan plan, object app, object session)

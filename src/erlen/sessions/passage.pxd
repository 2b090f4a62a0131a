# Types for Cython, which compiles passage.py with them. The interpreter needs none of it.

cimport cython

from .._core.states cimport environ_of
from .contents cimport Contents
from .keeper cimport Keeper
from .plan cimport StoragePlan
from .stores.change cimport Change, Record

cdef object _now, _APPLIED, _EMPTIED

@cython.locals(plan=StoragePlan)
cpdef object open_session(Keeper interface, object app, object request)

@cython.locals(plan=StoragePlan, record=Record, change=Change)
cpdef object save(Keeper interface, object app, Contents session)

cdef object _apply(Keeper interface, Contents session, Change change)

cdef StoragePlan _plan_of(Keeper interface, object app)

@cython.locals(left=double)
cdef bint _is_due(Record record, double lifetime) except -1

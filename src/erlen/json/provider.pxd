# Types for Cython, which compiles provider.py with them. The interpreter needs none of it.

cimport cython

from .dumper cimport Dumper

cdef object _get_frame

@cython.locals(frame=tuple)
cpdef object _current_provider()

cpdef Dumper _compact_dumper(provider)

cpdef bint _parses_as_usual(provider) except -1

cdef bint _has_own(provider, str method) except -1

cdef str _response_text(provider, obj)

@cython.locals(dumpers=dict, kept=Dumper)
cdef Dumper _dumper(provider, str name, dict layout, allow_nan)

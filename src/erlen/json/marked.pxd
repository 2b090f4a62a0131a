# Types for Cython, which compiles marked.py with them. The interpreter needs none of it.

from .provider cimport _compact_dumper, _current_provider, _parses_as_usual

cpdef object dumps(serializer, value)

cpdef object loads(serializer, value)

cdef bint _needs_no_tag(dict value) except -1

cdef object _parse(text)

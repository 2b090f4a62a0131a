# Types for Cython, which compiles redis.py with them. The interpreter needs none of it.

cimport cython

from .change cimport Change, Record

@cython.locals(by_key=dict, name=bytes, about=bytes)
cdef Record _record_of(dict fields)

@cython.locals(arguments=list)
cdef list _arguments_of(Change change)

cdef object _lock_key(str key)

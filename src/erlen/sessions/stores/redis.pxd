# Types for Cython, which compiles redis.py with them. The interpreter needs none of it.

cimport cython

from .change cimport Change, Record

cdef class Hashes:
    cdef public object client
    cdef public object _prefix
    cdef public dict _digests
    cdef public object _exceptions
    cdef public object _errors

@cython.locals(words=list)
cdef object _run(Hashes hashes, str script, list arguments)

cdef object _failure(object exc)

@cython.locals(by_key=dict, name=bytes, about=bytes)
cdef Record _record_of(dict fields)

@cython.locals(arguments=list)
cdef list _arguments_of(str key, Change change)

cdef object _lock_key(str key)

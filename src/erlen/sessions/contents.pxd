# Types for Cython, which compiles contents.py with them. The interpreter needs none of it.

cimport cython

from .keeper cimport Keeper
from .stores.change cimport Change, Record

cdef class Contents:
    cdef public Keeper _interface
    cdef public object _id
    cdef public Record _record
    cdef public dict _stored
    cdef public dict _values
    cdef public dict _touched
    cdef public bint _cleared
    cdef public bint _marked
    cdef public object _old_id
    cdef public bint _leaves_cookie
    cdef public bint _is_gone
    cdef public object _lock
    cdef public set _unreadable
    cdef public bint accessed

    cpdef list _keys(self)

    @cython.locals(sets=dict, stored=dict, touched=dict)
    cpdef dict _sets(self)

    cpdef object _take(self, Record record)

    cpdef object _forget_changes(self)

    cdef list _deletes(self)

    @cython.locals(sets=dict)
    cpdef object _change(self, token=*)

    @cython.locals(stored=dict)
    cpdef object _was_applied(self, Change change)

cdef object _report(Contents session, object key, object exc)

cdef object _again(Contents session, object key, object data)

cdef object _encode(Contents session, object key, object value)

@cython.locals(size=cython.Py_ssize_t, stored=dict)
cdef object _check_size(Contents session, dict sets)

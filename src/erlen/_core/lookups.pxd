# Types for Cython, which compiles lookups.py with them. The interpreter needs none of it.

cimport cython

cdef class EnvironLookups:
    pass

cdef class FieldLookups:
    pass

cdef class PlainChanges:
    pass

cdef bint is_plain(object key, object value)

@cython.locals(wanted=str, size=cython.Py_ssize_t)
cdef bint append_new(list pairs, object key, object value) except -1

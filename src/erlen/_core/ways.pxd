# Types for Cython, which compiles ways.py with them. The interpreter needs none of it.

cimport cython

cdef class End:
    cdef object _leaf
    cdef list _variables

    @cython.locals(arguments=dict, place=cython.Py_ssize_t, name=str, is_integer=bint, text=str)
    cpdef object answer(self, list values)

cdef class Branch

cdef class Turn:
    cdef str head
    cdef str tail
    cdef bint digits
    cdef bint rest
    cdef Branch target

    @cython.locals(value=str, start=cython.Py_ssize_t, end=cython.Py_ssize_t)
    cpdef str value_in(self, str segment)

cdef class Branch:
    cdef dict _literals
    cdef list _turns
    cdef dict _ends
    cdef End _other_end
    cdef bint _forked
    cdef bint _forks
    cdef object _refusal

    @cython.locals(
        branch=Branch, after=Branch, turn=Turn, values=list, size=cython.Py_ssize_t,
        begin=cython.Py_ssize_t, end=cython.Py_ssize_t, segment=str, value=str, last=End,
    )
    cpdef object find(self, str path, Py_ssize_t start, str method)

cdef class Ways:
    cdef Branch _top
    cdef dict _heads

    @cython.locals(text=str, cut=cython.Py_ssize_t, branch=Branch)
    cpdef object find(self, object path, object method)

@cython.locals(char=cython.Py_UCS4)
cpdef bint is_digits(str text)

@cython.locals(char=cython.Py_UCS4, number=cython.longlong)
cpdef long long number_of(str digits)

# Types for Cython, which compiles uploads.py with them. The interpreter needs none of it.

cimport cython

from .construct cimport new_headers

@cython.locals(start=cython.Py_ssize_t)
cpdef str base_name(str filename)

cpdef object keep(bytes data)

cpdef object storage(object stream, str filename, str name, list headers)

cdef class Upload:
    cdef object _stream
    cdef bytes _first

    cpdef object write(self, bytes data)
    cpdef object finish(self)
    cpdef object close(self)

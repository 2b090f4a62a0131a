# Types for Cython, which compiles multipart.py with them. The interpreter needs none of it.

cimport cython

from . cimport heads
from .delimited cimport DelimitedReader
from .uploads cimport base_name, storage

cdef class FormLimits:
    cdef readonly object parts
    cdef readonly object field
    cdef readonly object total

cdef class MultipartParser:
    cdef bytes _boundary
    cdef FormLimits _limits
    cdef object _left
    cdef object _open_file
    cdef list _fields
    cdef list _files
    cdef DelimitedReader _reader

    @cython.locals(parts=cython.Py_ssize_t, reader=DelimitedReader)
    cpdef tuple parse(self, object data, object more)

    cdef object _read_part(self)
    cdef object _read_field(self, object name, list headers)
    cdef object _read_file(self, object name, str filename, list headers)
    cdef object _open_stream(self, str filename, list headers)
    cdef object _keep(self, Py_ssize_t size)

cdef class _Count:
    cdef object _most
    cdef Py_ssize_t size

    cpdef object write(self, object data)

cdef class _Text(_Count):
    cdef list pieces

# Types for Cython, which compiles multipart.py with them. The interpreter needs none of it.

cimport cython

from .delimited cimport DelimitedReader
from .uploads cimport base_name

cdef class MultipartParser:
    cdef bytes _boundary
    cdef object _limits
    cdef object _left
    cdef object _open_file
    cdef list _fields
    cdef list _files
    cdef DelimitedReader _reader

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

@cython.locals(lines=list, headers=list, line=bytes, name=str, value=str)
cdef list _parse_head(bytes head)

cdef str _find(list headers, str wanted)

cdef tuple _parse_disposition(list headers)

cdef str _charset(list headers)

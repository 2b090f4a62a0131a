# Types for Cython, which compiles forms.py with them. The interpreter needs none of it.

cimport cython

from . cimport body
from .multipart cimport FormLimits, MultipartParser

cdef object _get_frame
cdef object DEFAULT_STORAGE
cdef tuple _USUAL_TYPE
cdef object _open_file_as_usual

@cython.locals(kept=dict)
cpdef bint load(object request) except -1

cdef tuple _content_type_of(object request, dict kept)

cdef FormLimits _limits_of(object request)

@cython.locals(limits=FormLimits, text=str)
cdef object _parse_urlencoded(object request, dict kept)

@cython.locals(limits=FormLimits, parser=MultipartParser, form=list, files=list)
cdef object _parse_multipart(object request, dict kept, object boundary)

@cython.locals(found=dict, values=list)
cpdef object gather(list pairs, object storage_class)

cdef tuple _start_reading(object request, dict kept)

cpdef object read_body(object request, object most=*)

cdef object _read(object request, dict kept, object length, object most)

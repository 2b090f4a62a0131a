# Types for Cython, which compiles redirects.py with them. The interpreter needs none of it.

cimport cython

from .construct cimport can_fill, length_header, new_response
from .respond cimport is_plain_location

cdef list _page

@cython.locals(text=str)
cpdef make_redirect(location, code, response_class)

cdef bint _has_markup(str plain_location) except -1

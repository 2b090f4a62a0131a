# Types for Cython, which compiles redirects.py with them. The interpreter needs none of it.

from .construct cimport can_fill, new_response
from .respond cimport is_plain_location

cdef list _page

cpdef make_redirect(location, code, response_class)

cdef bint _has_markup(str plain_location) except -1

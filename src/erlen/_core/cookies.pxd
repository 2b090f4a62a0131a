# Types for Cython, which compiles cookies.py with them. The interpreter needs none of it.

cpdef object parse(object header, object cls)

cpdef object dump_plain(
    object name, object value, object max_age, object path, object secure, object httponly,
    object samesite,
)

# Types for Cython, which compiles teardown.py with them. The interpreter needs none of it.

cpdef object run_all(object functions, object exc)

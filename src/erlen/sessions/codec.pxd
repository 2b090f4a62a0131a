# Types for Cython, which compiles codec.py with them. The interpreter needs none of it.

cimport cython

cdef bytes _TO_URL
cdef bytes _FROM_URL

@cython.locals(encoded=bytes)
cdef bytes _encode(bytes raw)

cdef bytes _decode(bytes text)

cdef bytes _smallest(bytes json)

cdef object _hmac(tuple states, bytes message)

cdef class CookieCodec:
    cdef tuple _states
    cdef object _serializer
    cdef public object weakness

    @cython.locals(json=bytes, payload=bytes, signed=bytes, now=object)
    cpdef str write(self, dict data)

    @cython.locals(signed=bytes, signature=bytes, payload=bytes, dot=bytes, stamp=bytes, json=bytes)
    cpdef object read(self, str text, max_age)

    @cython.locals(states=tuple)
    cdef bint _verifies(self, bytes signed, bytes signature) except -1

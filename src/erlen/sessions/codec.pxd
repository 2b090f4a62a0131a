# Types for Cython, which compiles codec.py with them. The interpreter needs none of it.

cimport cython

from . cimport base64url

cdef int _DOT, _AROUND
cdef bytes _TO_URL, _FROM_URL

cdef bytes _encode(bytes raw)

cdef bytes _decode(bytes text)

@cython.locals(place=cython.Py_ssize_t)
cdef Py_ssize_t _last_dot(bytes text, Py_ssize_t end) except -2

cdef object _hmac(tuple states, bytes message)

cdef class CookieCodec:
    cdef tuple _states
    cdef object _serializer
    cdef public object weakness

    @cython.locals(
        raw=bytes, mark=bytes, shrunk=bytes, now=object, stamp=bytes, signed=bytes,
    )
    cpdef str write(self, dict data)

    @cython.locals(
        room=bytearray, at=cython.Py_ssize_t, chars=cython.p_const_uchar, signature=bytes,
    )
    cdef str _text_by_bytes(self, bytes mark, bytes raw, bytes stamp)

    @cython.locals(json=str)
    cpdef object read(self, str text, max_age)

    @cython.locals(signed=bytes, signature=bytes, payload=bytes, dot=bytes, stamp=bytes, number=bytes)
    cdef str _json(self, str text, max_age)

    @cython.locals(
        data=bytes, source=cython.p_const_uchar, last=cython.Py_ssize_t, dot=cython.Py_ssize_t,
        room=bytearray, chars=cython.p_const_uchar, size=cython.Py_ssize_t,
        place=cython.Py_ssize_t, stamp=cython.longlong, is_compressed=cython.bint,
    )
    cdef str _json_by_bytes(self, str text, max_age)

    @cython.locals(states=tuple)
    cdef bint _verifies(self, bytes signed, bytes signature) except -1

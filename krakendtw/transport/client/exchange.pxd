cdef class Outgoing:
    cdef public object method, target, lines, body, length, streams, deadline, limit

cdef class Incoming:
    cdef public object status, body, encoding, cut, url, at, is_uncoded
    cdef public object _headers, _interim, _raw

    cpdef object field(self, object name)

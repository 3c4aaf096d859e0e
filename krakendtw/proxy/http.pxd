from krakendtw.proxy.message cimport Request, Response
from krakendtw.transport.client.exchange cimport Incoming, Outgoing

cdef class Host:
    cdef public object text, origin

cdef class Exchange:
    cdef public object read, client, settings, _keeps_body, _limit, method, choose
    cdef public object build_path, compression, streams, _fixed

    cpdef object _send_url(self, Request request)
    cpdef object _send_parsed(self, Request request, object parts, object method)
    cpdef object _go(self, Request request, object origin, object target,
                     object method, object authorization=*)
    cpdef object exchange(self, object origin, object outgoing)
    cpdef object _arrived(self, Incoming incoming, object origin, object outgoing,
                          object asked)
    cpdef object _decompress(self, Incoming incoming, object encoding, object asked)
    cpdef object _redirected(self, object incoming, object origin, object outgoing,
                             object asked)
    cpdef object _failed(self, object failure, object origin, object outgoing)

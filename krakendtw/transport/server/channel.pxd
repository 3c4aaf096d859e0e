from krakendtw.transport.server.request cimport GatewayRequest

cdef class GatewayChannel:
    cdef public object site, transport, connected, peer, secure, speaks_11, since
    cdef public object memo, fresh
    cdef public object _parser, _headers, _url, _host, _last_host, _odd
    cdef public object _unmet, _head_bytes, _in_head, _midway
    cdef public object _arriving, _inflow, _busy, _queue, _advancing, _closing, _ends
    cdef public object _paused, _discarding, _discarded, _expecting
    cdef public bint _measures, _deaf
    cdef public object _known

    cpdef object dataReceived(self, object data)
    cpdef object _take_plain(self, object data, tuple found)
    cpdef object on_message_begin(self)
    cpdef object on_url(self, object url)
    cpdef object on_header(self, object name, object value)
    cpdef object on_body(self, object data)
    cpdef object on_message_complete(self)
    cpdef object request_done(self, object request)
    cpdef object persists(self, object request)

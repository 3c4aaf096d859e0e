from krakendtw.transport.client.exchange cimport Incoming, Outgoing

cdef class BackendConnection:
    cdef public object origin, transport, connected, fresh, idle_since
    cdef public object _waiting, _request, _head, _interim, _body, _parts, _held
    cdef public object _status, _in_body, _done, _persistent, _reusable, _sending
    cdef public object _answered, _is_uncoded, _slot, _again, _parser

    cpdef object send(self, Outgoing request)
    cpdef object dataReceived(self, object data)
    cpdef object on_headers_complete(self)
    cpdef object on_body(self, object data)
    cpdef object on_message_complete(self)
    cpdef object _complete(self)
    cpdef object _take_plain(self, object data, object status, object body)

cdef class _Upload:
    cdef public object _chunked, _connection, _stream

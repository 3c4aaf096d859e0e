cdef class GatewayRequest:
    cdef public object method, uri, path, query_string, headers, host, body, channel
    cdef public object prepath, postpath, route_params, pending, slot, forwarded
    cdef public object lines_before, errors, started, refusal, code, edit
    cdef public object keep_alive, expired, logged
    cdef public object _response_headers, _request_headers, _content, _args
    cdef public object _finished, _head_sent, _chunked, _notifications, _producer
    cdef public object _root_url

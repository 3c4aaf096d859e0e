cdef class Request:
    cdef public object method, path, params, body, url, deadline, source
    cdef public object _query, _plain_query, _headers, _forward, _parent

cdef class Response:
    cdef public object is_complete, io, raw, _data, _metadata

cimport cython
from krakendtw.proxy.message cimport Request
from krakendtw.transport.server.request cimport GatewayRequest

cdef class RequestBuilder:
    cdef public object _all_headers, _wanted, _sizes, _all_queries, _queries
    cdef public object _client_ip, _wheel, _timeout

    @cython.locals(request=Request)
    cpdef Request build(self, GatewayRequest source)
    cpdef object _forward_query(self, object raw, Request request)

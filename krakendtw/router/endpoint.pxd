from krakendtw.proxy.message cimport Response
from krakendtw.router.answer cimport Answer
from krakendtw.transport.server.request cimport GatewayRequest

cdef class EndpointHandler:
    cdef public object _proxy, _build, _log, _show_errors, _is_noop, _render
    cdef public object _incomplete, _complete, _heads

    cpdef object answer(self, object request)
    cpdef object _send_response(self, object response, object request)
    cpdef object _send_failure(self, object failure, object request)
    cpdef object _respond(self, Response response, object request)

cpdef object send(Answer answer, GatewayRequest request)

cdef class Origin:
    cdef public object pool, scheme, host, port, address, host_line, header_ticks, proxy
    cdef public object _idle, _trimming, _open, _keep, _keep_all, _factory, _endpoint

    cpdef object send(self, object request)
    cpdef object release(self, object connection)

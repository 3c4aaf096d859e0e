from krakendtw.proxy.message cimport Request, Response

cdef class ParallelMerge:
    cdef public object _backends, _wheel, _timeout, _ticks, _deep

    cpdef object _start(self, object request)

cdef class _Merge:
    cdef public object done, parts, slot
    cdef public object _errors, _expired, _missing, _response

    cpdef object add(self, object response)
    cpdef object add_failure(self, object failure)
    cpdef object _count(self)

cdef class EagerMixin:
    cdef public object _tempDataBuffer, _tempDataLen, dataBuffer, connected
    cdef public object _writeDisconnected, protocol, _due
    cdef public bint _is_due
    cdef public int _fd

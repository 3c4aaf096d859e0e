cdef class BodyStream:
    cdef public object length
    cdef public object _abandon, _chunks, _ended, _failure, _held, _paused
    cdef public object _reader, _reader_paused, _source

cdef class _Collector:
    cdef public object done, _limit, _parts, _size, _stream

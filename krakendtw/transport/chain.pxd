cdef class ChainLinks:
    cdef public object called, paused, _runningCallbacks, _canceller
    cdef public list _callbacks

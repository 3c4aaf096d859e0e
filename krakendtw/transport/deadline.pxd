cdef class TimerWheel:
    cdef public object _clock, _slots, _running, _origin, seconds
    cdef public object _tick

    cpdef object arm(self, object ticks, object entry)

cdef class Timer:
    cdef public object _function, _arguments, slot

cdef class _Segment:
    cdef public object below, down, responses, up

    cpdef object _descend(self, object request, object start)

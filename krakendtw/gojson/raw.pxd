cdef class RawObject:
    cdef public object _members, _text

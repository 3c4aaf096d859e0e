cdef class Answer:
    cdef public object status, head, body, errors, dated

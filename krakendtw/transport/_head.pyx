# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Whole HTTP/1.1 messages of the plainest kind, read in one go.

Both functions look at a segment that ought to be one whole message.  They take what
every reader of RFC 9112 understands alike: lines that end in CRLF, names that are
tokens, values of visible ASCII, one Host, at most one Content-Length of plain digits
that ends with the segment, and none of the fields that change how a message is
framed or a connection goes on.  Whatever else comes is declined, and llhttp reads it
with all the checks around it.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memchr, memcmp

ctypedef unsigned char byte

cdef byte[256] _tokens
cdef byte[256] _targets
cdef byte[256] _values
cdef int _i
for _i in range(256):
    _tokens[_i] = _targets[_i] = 0
    _values[_i] = 32 <= _i < 127
for _i in b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _tokens[_i] = _targets[_i] = 1
for _i in b"!#$%&'*+-.^_`|~":
    _tokens[_i] = 1
for _i in b"-._~!$&'()*+,;=:@/%?":
    _targets[_i] = 1

cdef enum:
    OTHER, HOST, LENGTH, CODING, FORBIDDEN, CONNECTION

cdef dict _methods = {
    name + b" ": name
    for name in (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS")
}
cdef bytes _get = b"GET"
cdef bytes _post = b"POST"

cdef struct Field:
    const byte *name
    Py_ssize_t name_size
    const byte *value
    Py_ssize_t value_size
    const byte *next  # where the next line begins
    int kind


cdef bint _is(const byte *text, const char *name, Py_ssize_t size) noexcept:
    """Whether ``text`` is ``name``, which is in small letters, in any case."""
    cdef Py_ssize_t place
    cdef byte at
    for place in range(size):
        at = text[place]
        if c'A' <= at <= c'Z':
            at |= 32
        if at != <byte>name[place]:
            return False
    return True


cdef int _kind(const byte *name, Py_ssize_t size) noexcept:
    if size == 4:
        return HOST if _is(name, b"host", 4) else OTHER
    if size == 14:
        if _is(name, b"content-length", 14):
            return LENGTH
        return FORBIDDEN if _is(name, b"http2-settings", 14) else OTHER
    if size == 16:
        if _is(name, b"content-encoding", 16):
            return CODING
        return FORBIDDEN if _is(name, b"proxy-connection", 16) else OTHER
    if size == 17:
        return FORBIDDEN if _is(name, b"transfer-encoding", 17) else OTHER
    if size == 10:
        return CONNECTION if _is(name, b"connection", 10) else OTHER
    if size == 6:
        return FORBIDDEN if _is(name, b"expect", 6) else OTHER
    if size == 7:
        if _is(name, b"upgrade", 7) or _is(name, b"trailer", 7):
            return FORBIDDEN
    return OTHER


cdef int _field(const byte *at, const byte *end, Field *field) noexcept:
    """Read one line; 1 for a field, 2 for the end of the head, 0 to decline."""
    cdef const byte *start = at
    if end - at >= 2 and at[0] == c'\r':
        field.next = at + 2
        return 2 if at[1] == c'\n' else 0
    while at < end and _tokens[at[0]]:
        at += 1
    if at == start or at >= end or at[0] != c':':
        return 0
    field.name = start
    field.name_size = at - start
    at += 1
    while at < end and at[0] == c' ':
        at += 1
    start = at
    while at < end and _values[at[0]]:
        at += 1
    if at == start or end - at < 2 or at[0] != c'\r' or at[1] != c'\n' or at[-1] == c' ':
        return 0
    field.value = start
    field.value_size = at - start
    field.next = at + 2
    field.kind = _kind(field.name, field.name_size)
    if field.kind == FORBIDDEN:
        return 0
    if field.kind == CONNECTION:
        if field.value_size != 10 or not _is(field.value, b"keep-alive", 10):
            return 0
    return 1


cdef Py_ssize_t _length(const byte *at, Py_ssize_t size) noexcept:
    """A Content-Length; -1 to decline."""
    cdef Py_ssize_t found = 0
    cdef Py_ssize_t place
    if size > 9 or (size > 1 and at[0] == c'0'):
        return -1
    for place in range(size):
        if not c'0' <= at[place] <= c'9':
            return -1
        found = found * 10 + at[place] - c'0'
    return found


def read_request(bytes data not None, tuple known):
    """A client's request that is all of ``data``; ``None`` to decline.

    :param known: what the last call gave on this connection: where the header
        fields are the same to the byte they need no reading.
    :returns: method, target, header fields, Host, where the body begins (-1 without
        one) and the bytes of the fields.
    """
    cdef const byte *start = <const byte *>PyBytes_AS_STRING(data)
    cdef Py_ssize_t size = PyBytes_GET_SIZE(data)
    cdef const byte *end = start + size
    cdef const byte *at = start
    cdef const byte *target
    cdef const byte *fields
    cdef Py_ssize_t target_size
    cdef Py_ssize_t length = -1
    cdef Py_ssize_t left
    cdef Field field
    cdef int found
    cdef bytes host = None
    cdef bytes block
    cdef list headers
    cdef object method
    if size < 20:
        return None
    if memcmp(at, b"GET ", 4) == 0:
        method = _get
        at += 4
    elif memcmp(at, b"POST ", 5) == 0:
        method = _post
        at += 5
    else:
        while at < start + 8 and at[0] != c' ':
            at += 1
        at += 1
        method = _methods.get(data[: at - start])
        if method is None:
            return None
    if at[0] != c'/':
        return None
    target = at
    while at < end and _targets[at[0]]:
        at += 1
    target_size = at - target
    if end - at < 15 or memcmp(at, b" HTTP/1.1\r\n", 11) != 0:
        return None
    fields = at = at + 11
    left = end - at
    if known is not None:
        block = <bytes>known[5]
        size = PyBytes_GET_SIZE(block)
        if left >= size and memcmp(at, PyBytes_AS_STRING(block), size) == 0:
            length = known[6]
            if left - size != (length if length > 0 else 0):
                return None
            return (
                method,
                PyBytes_FromStringAndSize(<const char *>target, target_size),
                known[2],
                known[3],
                at + size - start if length > 0 else -1,
                block,
                length,
            )
    headers = []
    while True:
        found = _field(at, end, &field)
        if found == 0:
            return None
        at = field.next
        if found == 2:
            break
        if field.kind == HOST:
            if host is not None:
                return None
            host = PyBytes_FromStringAndSize(
                <const char *>field.value, field.value_size
            )
        elif field.kind == LENGTH:
            if length >= 0:
                return None
            length = _length(field.value, field.value_size)
            if length < 0:
                return None
        headers.append((
            PyBytes_FromStringAndSize(<const char *>field.name, field.name_size),
            PyBytes_FromStringAndSize(<const char *>field.value, field.value_size),
        ))
    if host is None or end - at != (length if length > 0 else 0):
        return None
    return (
        method,
        PyBytes_FromStringAndSize(<const char *>target, target_size),
        headers,
        host,
        at - start if length > 0 else -1,
        PyBytes_FromStringAndSize(<const char *>fields, at - fields),
        length,
    )


def read_answer(bytes data not None):
    """A backend's answer that is all of ``data``; ``None`` to decline.

    It has a Content-Length and a status that allows for a body.

    :returns: the status, negative if a Content-Encoding is given, and the body.
    """
    cdef const byte *start = <const byte *>PyBytes_AS_STRING(data)
    cdef const byte *end = start + PyBytes_GET_SIZE(data)
    cdef const byte *at = start
    cdef Py_ssize_t length = -1
    cdef Field field
    cdef int found
    cdef int status
    cdef bint is_coded = False
    if end - at < 19 or memcmp(at, b"HTTP/1.1 ", 9) != 0:
        return None
    at += 9
    if not (c'2' <= at[0] <= c'5' and c'0' <= at[1] <= c'9' and c'0' <= at[2] <= c'9'):
        return None
    status = (at[0] - c'0') * 100 + (at[1] - c'0') * 10 + at[2] - c'0'
    if status == 204 or status == 304 or at[3] != c' ':
        return None
    at += 4
    while at < end and _values[at[0]]:
        at += 1
    if end - at < 4 or at[0] != c'\r' or at[1] != c'\n':
        return None
    at += 2
    while True:
        found = _field(at, end, &field)
        if found == 0:
            return None
        at = field.next
        if found == 2:
            break
        if field.kind == LENGTH:
            if length >= 0:
                return None
            length = _length(field.value, field.value_size)
            if length < 0:
                return None
        elif field.kind == CODING:
            is_coded = True
    if length != end - at:
        return None
    return (
        -status if is_coded else status,
        PyBytes_FromStringAndSize(<const char *>at, length),
    )

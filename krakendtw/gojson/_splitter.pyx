# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""JSON objects as Go writes them, made from the text that a backend sent.

Reading a document into objects and writing it again gives, for nearly every
document, its own words in another order: keys sorted, spaces gone, a few characters
escaped.  This does that on the text.  It takes what every reader understands alike
and declines the rest, which :mod:`krakendtw.gojson.reader` then reads: halves of
surrogate pairs, bytes that are no UTF-8, keys with escapes or given twice, deep
nesting, and whatever is broken.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdlib cimport qsort
from libc.string cimport memcmp, memcpy

ctypedef unsigned char byte

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL

DEF DEEPEST = 100

cdef struct Member:
    const byte *key  # behind its quote, in the source
    Py_ssize_t size
    Py_ssize_t start  # of ``"key":value`` in the output
    Py_ssize_t end

cdef struct Work:
    const byte *at  # in the source
    const byte *end
    const byte *mark  # up to here it is in the output; from here it stays as it is
    byte *out
    Py_ssize_t used
    Py_ssize_t room
    Member *members  # of all open objects, the innermost one's last
    Py_ssize_t count
    Py_ssize_t capacity
    byte *spare
    Py_ssize_t spare_room
    int depth

# What a byte means within a string: 0 stands for itself, 1 ends it, 2 begins an
# escape, 3 is escaped in what Go writes, 4 begins a longer sequence, 5 must not be.
cdef byte[256] _kinds
cdef byte[16] _hexadecimal
cdef int _i
for _i in range(256):
    _kinds[_i] = 5 if _i < 32 else (0 if _i < 128 else 4)
_kinds[c'"'] = 1
_kinds[c'\\'] = 2
_kinds[c'<'] = _kinds[c'>'] = _kinds[c'&'] = 3
for _i in range(16):
    _hexadecimal[_i] = b"0123456789abcdef"[_i]


cdef int _grow(Work *work, Py_ssize_t more) noexcept:
    cdef Py_ssize_t room = work.room * 2 + more
    cdef byte *out = <byte *>PyMem_Realloc(work.out, room)
    if out == NULL:
        return 0
    work.out = out
    work.room = room
    return 1


cdef inline int _put(Work *work, const byte *text, Py_ssize_t size) noexcept:
    if work.room - work.used < size and not _grow(work, size):
        return 0
    memcpy(work.out + work.used, text, size)
    work.used += size
    return 1


cdef inline int _catch_up(Work *work, const byte *to) noexcept:
    """Copy what stays as it is up to ``to``."""
    cdef Py_ssize_t size = to - work.mark
    if size and not _put(work, work.mark, size):
        return 0
    work.mark = to
    return 1


cdef inline Py_ssize_t _place(Work *work) noexcept:
    """Where in the output the byte at ``at`` belongs."""
    return work.used + (work.at - work.mark)


cdef int _put_escaped(Work *work, unsigned int code) noexcept:
    """``\\u`` and four digits."""
    cdef byte[6] text
    text[0] = c'\\'
    text[1] = c'u'
    text[2] = _hexadecimal[(code >> 12) & 15]
    text[3] = _hexadecimal[(code >> 8) & 15]
    text[4] = _hexadecimal[(code >> 4) & 15]
    text[5] = _hexadecimal[code & 15]
    return _put(work, text, 6)


cdef int _put_code(Work *work, unsigned int code) noexcept:
    """A character below U+10000 that an escape stood for."""
    cdef byte[3] text
    if code < 32 or code == c'"' or code == c'\\' or 0xD800 <= code < 0xE000:
        return 0
    if code == c'<' or code == c'>' or code == c'&' or code == 0x2028 or code == 0x2029:
        return _put_escaped(work, code)
    if code < 0x80:
        text[0] = <byte>code
        return _put(work, text, 1)
    if code < 0x800:
        text[0] = <byte>(0xC0 | (code >> 6))
        text[1] = <byte>(0x80 | (code & 63))
        return _put(work, text, 2)
    text[0] = <byte>(0xE0 | (code >> 12))
    text[1] = <byte>(0x80 | ((code >> 6) & 63))
    text[2] = <byte>(0x80 | (code & 63))
    return _put(work, text, 3)


cdef inline int _sequence(const byte *at, const byte *end) noexcept:
    """The length of the UTF-8 sequence at ``at``; 0 if it is none."""
    cdef byte first = at[0]
    cdef Py_ssize_t left = end - at
    if first < 0xC2 or first > 0xF4:
        return 0
    if left < 2 or at[1] & 0xC0 != 0x80:
        return 0
    if first < 0xE0:
        return 2
    if left < 3 or at[2] & 0xC0 != 0x80:
        return 0
    if first < 0xF0:
        if first == 0xE0 and at[1] < 0xA0:
            return 0
        if first == 0xED and at[1] > 0x9F:
            return 0
        return 3
    if left < 4 or at[3] & 0xC0 != 0x80:
        return 0
    if first == 0xF0 and at[1] < 0x90:
        return 0
    if first == 0xF4 and at[1] > 0x8F:
        return 0
    return 4


cdef int _escape(Work *work) noexcept:
    """What stands behind a backslash."""
    cdef byte kind
    cdef byte digit
    cdef unsigned int code = 0
    cdef int place
    if work.end - work.at < 2:
        return 0
    kind = work.at[1]
    if kind == c'/':
        if not _catch_up(work, work.at):
            return 0
        work.mark = work.at + 1
        work.at += 2
        return 1
    if (kind == c'"' or kind == c'\\' or kind == c'n' or kind == c't' or kind == c'r'
            or kind == c'b' or kind == c'f'):
        work.at += 2
        return 1
    if kind != c'u' or work.end - work.at < 6:
        return 0
    for place in range(2, 6):
        digit = work.at[place]
        if c'0' <= digit <= c'9':
            digit -= c'0'
        elif c'a' <= digit <= c'f':
            digit -= c'a' - 10
        elif c'A' <= digit <= c'F':
            digit -= c'A' - 10
        else:
            return 0
        code = code << 4 | digit
    if not _catch_up(work, work.at):
        return 0
    work.at += 6
    work.mark = work.at
    return _put_code(work, code)


cdef int _string(Work *work, bint is_key) noexcept:
    """A string, from its first quote to behind its last."""
    cdef const byte *at = work.at + 1
    cdef const byte *end = work.end
    cdef byte kind
    cdef int size
    while True:
        while at < end and _kinds[at[0]] == 0:
            at += 1
        if at >= end:
            return 0
        kind = _kinds[at[0]]
        if kind == 1:
            work.at = at + 1
            return 1
        if kind == 4:
            size = _sequence(at, end)
            if size == 0:
                return 0
            if size == 3 and at[0] == 0xE2 and at[1] == 0x80 and at[2] & 0xFE == 0xA8:
                if not _catch_up(work, at):
                    return 0
                if not _put_escaped(work, 0x2028 + (at[2] & 1)):
                    return 0
                work.mark = at + 3
            at += size
        elif kind == 3:
            if not _catch_up(work, at) or not _put_escaped(work, at[0]):
                return 0
            at += 1
            work.mark = at
        elif kind == 2:
            if is_key:
                return 0
            work.at = at
            if not _escape(work):
                return 0
            at = work.at
        else:
            return 0


cdef inline const byte *_digits(const byte *at, const byte *end) noexcept:
    while at < end and c'0' <= at[0] <= c'9':
        at += 1
    return at


cdef int _number(Work *work) noexcept:
    cdef const byte *at = work.at
    cdef const byte *end = work.end
    cdef const byte *begin
    if at[0] == c'-':
        at += 1
    begin = at
    at = _digits(at, end)
    if at == begin or (begin[0] == c'0' and at > begin + 1):
        return 0
    if at < end and at[0] == c'.':
        begin = at + 1
        at = _digits(begin, end)
        if at == begin:
            return 0
    if at < end and (at[0] == c'e' or at[0] == c'E'):
        at += 1
        if at < end and (at[0] == c'+' or at[0] == c'-'):
            at += 1
        begin = at
        at = _digits(begin, end)
        if at == begin:
            return 0
    work.at = at
    return 1


cdef inline int _space(Work *work) noexcept:
    """Leave space out; whether something follows."""
    if work.at < work.end and work.at[0] > c' ':
        return 1
    return _skip(work)


cdef int _skip(Work *work) noexcept:
    if not _catch_up(work, work.at):
        return 0
    while work.at < work.end and (
        work.at[0] == c' ' or work.at[0] == c'\n'
        or work.at[0] == c'\r' or work.at[0] == c'\t'
    ):
        work.at += 1
    work.mark = work.at
    return work.at < work.end


cdef int _word(Work *work, const char *word, Py_ssize_t size) noexcept:
    if work.end - work.at < size or memcmp(work.at, word, size) != 0:
        return 0
    work.at += size
    return 1


cdef int _value(Work *work) noexcept:
    """A value of any kind; space before it is skipped."""
    cdef byte first
    if not _space(work):
        return 0
    first = work.at[0]
    if first == c'"':
        return _string(work, False)
    if first == c'{':
        return _object(work)
    if first == c'[':
        return _array(work)
    if first == c't':
        return _word(work, b"true", 4)
    if first == c'f':
        return _word(work, b"false", 5)
    if first == c'n':
        return _word(work, b"null", 4)
    return _number(work)


cdef int _array(Work *work) noexcept:
    cdef byte last
    work.depth += 1
    if work.depth > DEEPEST:
        return 0
    work.at += 1
    if not _space(work):
        return 0
    if work.at[0] == c']':
        work.at += 1
        work.depth -= 1
        return 1
    while True:
        if not _value(work) or not _space(work):
            return 0
        last = work.at[0]
        work.at += 1
        if last == c']':
            work.depth -= 1
            return 1
        if last != c',':
            return 0


cdef int _compare(const void *one, const void *other) noexcept nogil:
    cdef const Member *a = <const Member *>one
    cdef const Member *b = <const Member *>other
    cdef int found = memcmp(a.key, b.key, min(a.size, b.size))
    if found != 0:
        return found
    return (a.size > b.size) - (a.size < b.size)


cdef int _members(Work *work, bint *is_sorted) noexcept:
    """The members of an object as they come, up to its brace.

    The object's entries are left on the stack.
    """
    cdef Py_ssize_t base = work.count
    cdef Py_ssize_t capacity
    cdef Member *member
    cdef Member *former
    cdef void *grown
    cdef Py_ssize_t mine
    is_sorted[0] = True
    work.at += 1
    if not _space(work):
        return 0
    if work.at[0] == c'}':
        return 1
    while True:
        if not _space(work) or work.at[0] != c'"':
            return 0
        if work.count == work.capacity:
            capacity = work.capacity * 2 + 32
            grown = PyMem_Realloc(work.members, capacity * sizeof(Member))
            if grown == NULL:
                return 0
            work.members = <Member *>grown
            work.capacity = capacity
        mine = work.count
        work.count += 1
        member = &work.members[mine]
        member.key = work.at + 1
        member.start = _place(work)
        if not _string(work, True):
            return 0
        member.size = work.at - 1 - member.key
        if mine > base and is_sorted[0]:
            former = &work.members[mine - 1]
            is_sorted[0] = _compare(former, member) < 0
        if not _space(work) or work.at[0] != c':':
            return 0
        work.at += 1
        if not _value(work):
            return 0
        member = &work.members[mine]  # the stack may have moved
        member.end = _place(work)
        if not _space(work):
            return 0
        if work.at[0] == c'}':
            return 1
        if work.at[0] != c',':
            return 0
        work.at += 1


cdef int _sort(Work *work, Py_ssize_t base) noexcept:
    """Bring the members of the innermost object into order; no two are alike."""
    cdef Member *members = work.members + base
    cdef Py_ssize_t count = work.count - base
    cdef Py_ssize_t begin = members[0].start
    cdef Py_ssize_t size
    cdef Py_ssize_t place, other
    cdef Member moved
    cdef byte *to
    cdef void *grown
    if not _catch_up(work, work.at):
        return 0
    size = work.used - begin
    if count <= 12:
        for place in range(1, count):
            moved = members[place]
            other = place
            while other > 0 and _compare(&members[other - 1], &moved) > 0:
                members[other] = members[other - 1]
                other -= 1
            members[other] = moved
    else:
        qsort(members, count, sizeof(Member), _compare)
    if work.spare_room < size:
        grown = PyMem_Realloc(work.spare, size * 2)
        if grown == NULL:
            return 0
        work.spare = <byte *>grown
        work.spare_room = size * 2
    memcpy(work.spare, work.out + begin, size)
    to = work.out + begin
    for place in range(count):
        if place:
            if _compare(&members[place - 1], &members[place]) == 0:
                return 0
            to[0] = c','
            to += 1
        size = members[place].end - members[place].start
        memcpy(to, work.spare + members[place].start - begin, size)
        to += size
    return 1


cdef int _object(Work *work) noexcept:
    cdef Py_ssize_t base = work.count
    cdef bint is_sorted
    work.depth += 1
    if work.depth > DEEPEST or not _members(work, &is_sorted):
        return 0
    if not is_sorted and not _sort(work, base):
        return 0
    work.count = base
    work.depth -= 1
    work.at += 1
    return 1


cdef int _open(Work *work, bytes body) noexcept:
    """Begin; whether it is an object."""
    work.at = <const byte *>PyBytes_AS_STRING(body)
    work.end = work.at + PyBytes_GET_SIZE(body)
    work.used = work.count = work.capacity = work.spare_room = 0
    work.members = NULL
    work.spare = NULL
    work.depth = 0
    work.room = PyBytes_GET_SIZE(body) + 64
    work.out = <byte *>PyMem_Malloc(work.room)
    if work.out == NULL:
        return 0
    work.mark = work.at
    return _space(work) and work.at[0] == c'{'


cdef void _close(Work *work) noexcept:
    PyMem_Free(work.out)
    PyMem_Free(work.members)
    PyMem_Free(work.spare)


def canonical(bytes body not None):
    """The object that ``body`` begins with, as Go writes it; ``None`` to decline."""
    cdef Work work
    cdef object found = None
    if _open(&work, body) and _object(&work) and _catch_up(&work, work.at):
        found = PyBytes_FromStringAndSize(<char *>work.out, work.used)
    _close(&work)
    return found


def split(bytes body not None):
    """The members of the object that ``body`` begins with; ``None`` to decline.

    :returns: for each key its value, as Go writes it.
    """
    cdef Work work
    cdef bint is_sorted
    cdef Py_ssize_t place, start
    cdef Member *member
    cdef Member *former
    cdef dict found = None
    cdef str key
    if _open(&work, body):
        work.depth = 1
        if _members(&work, &is_sorted) and _catch_up(&work, work.at):
            found = {}
            for place in range(work.count):
                member = &work.members[place]
                key = (<const char *>member.key)[:member.size].decode("utf-8")
                # Of keys with escaped characters the value begins elsewhere.
                start = member.start + member.size + 3
                if work.out[start - 1] != c':' or work.out[start - 2] != c'"':
                    start = member.start + 2 + _written(&work, member)
                    start += 1
                found[key] = PyBytes_FromStringAndSize(
                    <char *>work.out + start, member.end - start
                )
            if len(found) != work.count:
                found = None  # a key is there twice
    _close(&work)
    return found


cdef Py_ssize_t _written(Work *work, Member *member) noexcept:
    """How long a key is as it was written, between its quotes."""
    cdef const byte *at = work.out + member.start + 1
    cdef const byte *start = at
    while at[0] != c'"':
        at += 1
    return at - start


def join(dict members not None, quote):
    """The object of these members, as Go writes it.

    :param quote: writes a key that is not plain text.
    """
    cdef list keys = sorted(members) if len(members) > 1 else list(members)
    cdef Py_ssize_t total = 2
    cdef Py_ssize_t size, place
    cdef const char *text
    cdef bytes value, out
    cdef list names = []
    cdef object name
    cdef char *to
    cdef bint first = True
    for key in keys:
        text = PyUnicode_AsUTF8AndSize(key, &size)
        name = None
        for place in range(size):
            if _kinds[<byte>text[place]] != 0:
                name = quote(key)
                size = PyBytes_GET_SIZE(name) - 2
                break
        names.append(name)
        value = <bytes?>members[key]
        total += size + PyBytes_GET_SIZE(value) + 4
    if keys:
        total -= 1
    out = PyBytes_FromStringAndSize(NULL, total)
    to = PyBytes_AS_STRING(out)
    to[0] = c'{'
    to += 1
    for key, name in zip(keys, names):
        if not first:
            to[0] = c','
            to += 1
        first = False
        if name is None:
            text = PyUnicode_AsUTF8AndSize(key, &size)
            to[0] = c'"'
            memcpy(to + 1, text, size)
            to[size + 1] = c'"'
            size += 2
        else:
            size = PyBytes_GET_SIZE(name)
            memcpy(to, PyBytes_AS_STRING(<bytes>name), size)
        to += size
        to[0] = c':'
        to += 1
        value = <bytes>members[key]
        size = PyBytes_GET_SIZE(value)
        memcpy(to, PyBytes_AS_STRING(value), size)
        to += size
    to[0] = c'}'
    return out

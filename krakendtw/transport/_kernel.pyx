"""``recv`` and ``send`` of sockets that do not block, without Python in between."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno

cdef extern from "<sys/socket.h>" nogil:
    ssize_t recv(int fd, void *buffer, size_t size, int flags)
    ssize_t send(int fd, const void *buffer, size_t size, int flags)
    int MSG_NOSIGNAL

cdef char[65536] _buffer


def receive(int fd):
    """What has come on a connection, ``b""`` at its end, ``None`` if nothing has.

    :raises OSError: it is broken.
    """
    cdef ssize_t size
    while True:
        size = recv(fd, _buffer, sizeof(_buffer), 0)
        if size >= 0:
            return PyBytes_FromStringAndSize(_buffer, size)
        if errno == EAGAIN:
            return None
        if errno != EINTR:
            raise OSError(errno, "recv")


def transmit(int fd, bytes data not None):
    """How many bytes of ``data`` the kernel has taken; none if it is broken."""
    cdef ssize_t size
    while True:
        size = send(fd, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), MSG_NOSIGNAL)
        if size >= 0:
            return size
        if errno != EINTR:
            return 0

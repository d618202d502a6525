"""Root without its privilege to write where nobody may: https://man7.org/linux/man-pages/man7/capabilities.7.html."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522  # of the interface, the third
_OVERRIDE, _SEARCH = 1 << 1, 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def bound_by_permissions() -> Iterator[None]:
    """This thread obeys the permissions of files, also as root."""
    if os.geteuid() != 0:
        yield
        return
    system = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    rights = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    if system.capget(header, rights):
        raise OSError(ctypes.get_errno(), "capget")
    before = rights[0]
    rights[0] = before & ~(_OVERRIDE | _SEARCH)
    try:
        if system.capset(header, rights):
            raise OSError(ctypes.get_errno(), "capset")
        yield
    finally:
        rights[0] = before
        system.capset(header, rights)

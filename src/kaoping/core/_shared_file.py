"""Windows: a file opened for reading so that nobody is kept from reading, writing, renaming or removing it meanwhile.

C's library, and so Python, lets nobody rename or remove what it has open, and can't open what another program may still
rename or remove: so do Office programs with what they save, and cloud drives with what they fetch.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def open_shared(path: Path) -> int:
    """Return a descriptor of the file at ``path``, open for reading. Raises OSError with Windows' number."""
    if sys.platform != "win32":
        raise NotImplementedError
    import ctypes
    import msvcrt
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    create = kernel.CreateFileW
    number = wintypes.DWORD
    create.argtypes = [wintypes.LPCWSTR, number, number, wintypes.LPVOID, number, number, wintypes.HANDLE]
    create.restype = wintypes.HANDLE
    read, share_all, existing, normal = 0x80000000, 0x1 | 0x2 | 0x4, 3, 0x80
    handle = create(str(path), read, share_all, None, existing, normal, None)
    if handle in (None, wintypes.HANDLE(-1).value):
        if path.is_dir():
            raise IsADirectoryError(21, os.strerror(21), str(path))
        error = ctypes.WinError(ctypes.get_last_error())
        error.filename = str(path)
        raise error
    return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY)

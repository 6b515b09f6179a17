"""What was made in this process, by all that it was made of: for what is dear to make and small to keep."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def mark_of(*parts: Any) -> bytes:
    """Return what tells ``parts`` from others; they can be pickled.

    Equal parts may have different marks (what is the same object twice is pickled once), never others the same one.
    """
    return hashlib.sha256(pickle.dumps(parts)).digest()


class Remembered(Generic[T]):
    """Values by their marks: the last ``most`` that somebody asked for, whichever thread that was."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def find(self, mark: bytes) -> T | None:
        """Return the value with this mark; None where there is none."""
        with self._lock:
            if mark in self._values:
                self._values.move_to_end(mark)
            return self._values.get(mark)

    def keep(self, mark: bytes, value: T) -> T:
        """Keep ``value``, and return it; what nobody asked for the longest makes room."""
        with self._lock:
            self._values[mark] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

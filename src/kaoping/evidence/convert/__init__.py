"""From any file to PDF pages: one module for each family of formats, each a pure function of its file.

A converter writes one PDF and says what it did (:class:`Conversion`), or raises :class:`NotShownError` with the reason.
It reads nothing but its source, runs no macro, fetches nothing, and gives the same bytes for the same input. It knows
no cache and no limit on time: :mod:`kaoping.evidence` runs it in a process that can be killed.
"""

from kaoping.evidence.convert._conversion import Conversion, NotShownError

__all__ = ["Conversion", "NotShownError"]

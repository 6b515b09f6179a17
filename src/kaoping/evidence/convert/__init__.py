"""From any file to PDF pages: one module for each family of formats, each a pure function of its file.

A converter writes one PDF and says what it did (:class:`Made`), or raises :class:`NotShownError` with the reason. It
reads nothing but its source, runs no macro, fetches nothing, and gives the same bytes for the same input. It knows no
cache and no limit on time: :mod:`kaoping.evidence` runs it in a process that can be killed.
"""

from kaoping.evidence.convert.base import Made, NotShownError

__all__ = ["Made", "NotShownError"]

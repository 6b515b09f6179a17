"""The fonts we draw with: which characters they hold, and cutting them down to those that a text needs."""

from kaoping.pdf.fonts.glyphs import MISSING, coverage
from kaoping.pdf.fonts.subset import Keep, SubsetFont, to_unicode

__all__ = ["MISSING", "Keep", "SubsetFont", "coverage", "to_unicode"]

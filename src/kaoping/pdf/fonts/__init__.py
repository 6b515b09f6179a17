"""The fonts we draw with: which characters they hold, and cutting them down to those that a text needs."""

from kaoping.pdf.fonts._glyphs import MISSING, coverage
from kaoping.pdf.fonts._subset import Keep, SubsetFont, cut_to, to_unicode

__all__ = ["MISSING", "Keep", "SubsetFont", "coverage", "cut_to", "to_unicode"]

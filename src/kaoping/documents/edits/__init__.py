"""Edits (修改): what people changed in a document that was generated, kept as data and put into every later one.

The unit of an edit is a paragraph or a table cell, known by its place and its words. ``words`` tells words from the
program's figures within them, ``blocks`` reads a document, ``compare`` finds what was changed in one, ``keeping`` holds
edits and what was generated as files of the unit's, ``applying`` puts edits into a document that is being made.
"""

from kaoping.documents.edits._edit import Anchor, Cell, Edit, Kept, Outcome, Place, Taken, Unit

__all__ = ["Anchor", "Cell", "Edit", "Kept", "Outcome", "Place", "Taken", "Unit"]

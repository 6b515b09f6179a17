"""Word comments (批注) that tell a figure's source: thousands of them in a long document.

python-docx looks through all comments for a free id each time it adds one, so it makes the first alone; the others
are copies of that one.
"""

from __future__ import annotations

import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from docx.text.paragraph import Paragraph
from docx.text.run import Run

if TYPE_CHECKING:
    from docx.document import Document

AUTHOR, _INITIALS = "数据来源", "源"


class Notes:
    """The comments of one document, all of one ``moment``: no clock enters it."""

    def __init__(self, document: Document, moment: datetime) -> None:
        self._document = document
        self._moment = moment
        self._pattern: Any = None  # an empty comment
        self._holder: Any = None
        self._next = 0

    def add(self, run: Run, text: str) -> None:
        """Add a comment with ``text``, a paragraph a line, on ``run``; its marks stand around and after the run."""
        if self._pattern is None:
            self._begin()
        element = copy.deepcopy(self._pattern)
        element.id = self._next
        self._next += 1
        self._holder.append(element)
        run.mark_comment_range(run, element.id)
        first, *others = text.split("\n")
        paragraph = element.p_lst[0]
        last = paragraph
        for line in others:
            more = copy.deepcopy(paragraph)
            for reference in list(more.r_lst):  # the mark of the comment stands in its first paragraph alone
                more.remove(reference)
            last.addnext(more)
            last = more
            Paragraph(more, self._document._body).add_run(line)
        Paragraph(paragraph, self._document._body).add_run(first)

    def _begin(self) -> None:
        made = self._document.comments.add_comment("", AUTHOR, _INITIALS)._comment_elm
        made.date = self._moment
        self._holder, self._next = made.getparent(), made.id
        self._pattern = copy.deepcopy(made)
        self._holder.remove(made)

"""The elements of an official document (公文要素, GB/T 9704—2012 7.1), once they are told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kaoping.wings.official._norms import Genre
from kaoping.wings.official._paragraphs import Paragraph
from kaoping.wings.official._patterns import Number


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph that begins with the number of a level."""

    paragraph: Paragraph
    number: Number


@dataclass(slots=True)
class Text:
    """A run of body text: the document's own, or an attachment's."""

    title: list[Paragraph] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)  # all that is set as text, headings of any level too


@dataclass(slots=True)
class Attachment:
    """An attachment (附件) bound to the document."""

    marker: Paragraph
    number: str
    text: Text
    is_part: bool = False  # 附件1-1, 附件1（续）: of an attachment that has its own marker


@dataclass(slots=True)
class Elements:
    """The elements of one document; what it lacks is None or empty."""

    main: Text = field(default_factory=Text)
    head: list[Paragraph] = field(default_factory=list)
    doc_number: Paragraph | None = None
    serial: Paragraph | None = None  # a number without 机关代字 (第15号)
    signer: Paragraph | None = None
    addressee: Paragraph | None = None
    attachment_note: list[Paragraph] = field(default_factory=list)
    signature: list[Paragraph] = field(default_factory=list)
    date: Paragraph | None = None
    note: Paragraph | None = None
    copy_to: Paragraph | None = None
    printed: Paragraph | None = None
    attachments: list[Attachment] = field(default_factory=list)
    genre: Genre | None = None
    title_aside: bool = False  # something in a table or a box above the text reads as a title
    has_head: bool = False  # 版头: a 发文机关标志, 发文字号 or 签发人 above the title
    is_official: bool = False  # it is an official document that goes to somebody
    is_set_as_one: bool = False  # it is set as one: a report, a plan, an attachment by itself

    @property
    def title_text(self) -> str:
        """The title without its line breaks and spaces."""
        return re.sub(r"\s", "", "".join(line.text for line in self.main.title))

    @property
    def texts(self) -> list[Text]:
        """The document's own text and its attachments'."""
        return [self.main, *(attachment.text for attachment in self.attachments)]

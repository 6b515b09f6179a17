"""Which paragraph is what (公文要素, GB/T 9704—2012 7.1): told by content and place, so that any Word file will do.

A style's name is a hint and no more: most files are direct formatting over Normal. What can't be told stays body text,
of which little is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from kaoping.wings.official import _patterns
from kaoping.wings.official._elements import Attachment, Elements, Heading, Text
from kaoping.wings.official._norms import Genre, norms
from kaoping.wings.official._paragraphs import Paragraph, Reading

_TITLE_STYLES = {"title", "标题", "公文标题", "主标题", "文件标题"}
_SENTENCE = re.compile("[。；！？]")
_NO_END = re.compile("[。；，、：:,;.！？]$")
_IN_BRACKETS = re.compile(r"[（(【\[].*[）)】\]]", re.S)
_HEAD = 12  # paragraphs in which the head and the title begin
_TAIL = 8  # paragraphs from the end of the text in which the date is looked for
_LONG = 60  # characters: no line of a head or a title is longer
_OFFICES = 12  # lines of those that sign together
_NAME = 40  # characters of a signature or an attachment's line
_SMALLER = 3  # points: a line under the title that is no part of it
_RED = re.compile("[C-F][0-9A-F][0-4][0-9A-F][0-4][0-9A-F]")


def recognise(reading: Reading) -> Elements:
    """Return the elements of the document."""
    elements = Elements()
    paragraphs = [p for p in reading.paragraphs if p.number and not p.style.startswith("toc ")]
    aside = [p for p in reading.paragraphs if not p.number and p.words]
    above = list(takewhile(lambda p: not p.number or not _begins_text(p), reading.paragraphs))
    main_text, attached = _parted(_imprint(paragraphs, aside, elements), elements)
    elements.title_aside = any(_names_title(p.words) for p in above if p.words)
    rest = _head(main_text, [p for p in above if not p.number and p.words], elements)
    rest = _title(rest, elements)
    elements.genre = genre_of(elements.title_text)
    if not elements.main.title and elements.serial is not None:  # an order has no title (10.2): its mark names the 文种
        elements.genre = next((genre for p in elements.head if (genre := genre_of(p.words)) is not None), None)
        elements.title_aside = elements.title_aside or elements.genre is not None
    rest = _addressee(rest, elements)
    rest = _ending(rest, elements)
    _fill(elements.main, rest)
    for attachment, inner in zip(elements.attachments, attached, strict=True):
        _fill(attachment.text, _heading_block(inner, attachment.text))
    _classify(elements)
    return elements


def _begins_text(paragraph: Paragraph) -> bool:
    """Whether a line is no longer of the head: the title, or what comes after it."""
    return _names_title(paragraph.words) or len(paragraph.words) > _LONG or "。" in paragraph.words


def genre_of(title: str) -> Genre | None:
    """Return the kind of document (文种) that a title ends with; None where it ends with none of the fifteen."""
    bare = re.sub(r"[（(][^（()）]*[）)]$", "", title.rstrip("。．.！；"))
    named = [genre for name, genre in norms().genres.items() if bare.endswith(name)]
    return max(named, key=lambda genre: len(genre.name), default=None)


def _imprint(paragraphs: list[Paragraph], aside: Sequence[Paragraph], elements: Elements) -> list[Paragraph]:
    """Take the 版记 out: in many files it is a table."""
    for paragraph in [*paragraphs, *aside]:
        if elements.copy_to is None and _patterns.COPY_TO.fullmatch(paragraph.words):
            elements.copy_to = paragraph
        elif elements.printed is None and _patterns.PRINTED.fullmatch(paragraph.words):
            elements.printed = paragraph
    return [p for p in paragraphs if p is not elements.copy_to and p is not elements.printed]


def _parted(paragraphs: list[Paragraph], elements: Elements) -> tuple[list[Paragraph], list[list[Paragraph]]]:
    """Part the document's own text from those of its attachments, which each begin with a marker."""
    main_text: list[Paragraph] = []
    attached: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        marker = _patterns.MARKER.fullmatch(paragraph.words)
        numbered = marker is not None and (marker["number"] or not marker["end"] or paragraph.new_page)
        if marker and numbered and paragraph.align != "right":  # 附件： alone may begin the list of them
            goes_on = bool(marker["part"]) or "续" in (marker["remark"] or "")
            elements.attachments.append(Attachment(paragraph, marker["number"], Text(), goes_on))
            attached.append([])
        else:
            (attached[-1] if attached else main_text).append(paragraph)
    return main_text, attached


def _head(paragraphs: list[Paragraph], aside: Sequence[Paragraph], elements: Elements) -> list[Paragraph]:
    """Take the 版头 off the front; 发文字号 and 签发人 may stand in a table or a box."""
    before_text = list(takewhile(lambda p: len(p.words) <= _LONG and "。" not in p.words, paragraphs[:_HEAD]))
    lines = [p for p in before_text if _patterns.DOC_NUMBER.match(p.words) and _is_number_line(p.words)]
    titled = next((at for at, p in enumerate(before_text) if _names_title(p.words)), len(before_text))
    numbered = before_text.index(lines[0]) if lines else -1
    end = numbered + 1 if 0 <= numbered < titled else 0
    while end < len(before_text) and _is_head_line(before_text[end]):
        end += 1
    elements.head = before_text[:end]
    boxed = aside if any(p.place in ("box", "table") for p in aside) else []
    for paragraph in [*elements.head, *boxed]:
        is_number = bool(_patterns.DOC_NUMBER.match(paragraph.words)) and _is_number_line(paragraph.words)
        if elements.doc_number is None and is_number and len(paragraph.words) <= _LONG:
            elements.doc_number = paragraph
        if elements.signer is None and _patterns.SIGNER.search(paragraph.words) and len(paragraph.words) <= _LONG:
            elements.signer = paragraph
    marks = any(_is_agency(p) for p in [*elements.head, *boxed])
    elements.serial = next((p for p in paragraphs[:_HEAD] if _patterns.SERIAL.fullmatch(p.words)), None)
    elements.has_head = marks or elements.signer is not None or (0 <= numbered < titled)
    if elements.doc_number is None and lines:
        elements.doc_number = lines[0]  # under the title, as web pages have it
    return [p for p in paragraphs[end:] if p is not elements.doc_number]


def _is_number_line(words: str) -> bool:
    """Whether a line is a 发文字号 and nothing else but perhaps a 签发人."""
    match = _patterns.DOC_NUMBER.match(words)
    rest = words[match.end() :].strip() if match else words
    return match is not None and (not rest or _patterns.SIGNER.match(rest) is not None)


def _is_head_line(paragraph: Paragraph) -> bool:
    words = paragraph.words
    marks = (_patterns.HEAD_LINE.fullmatch(words), _patterns.SIGNER.match(words), _patterns.BLANK_NUMBER.match(words))
    return any(marks) or _patterns.SERIAL.fullmatch(words) is not None or _is_agency(paragraph)


def _is_agency(paragraph: Paragraph) -> bool:
    """Whether a line is a 发文机关标志: large and red, or …文件."""
    is_red = any(_RED.fullmatch(run.colour) for run in paragraph.runs if run.han)
    large = paragraph.size >= 22
    return len(paragraph.words) <= _NAME and large and (is_red or paragraph.words.endswith("文件"))


def _names_title(words: str) -> bool:
    """Whether a line reads as a title or its beginning does: 关于…, …的通知."""
    short = len(words) <= _LONG and not _SENTENCE.search(words[:-1]) and not words.endswith(("：", ":", "，"))
    return short and ("关于" in words[:40] or genre_of(words) is not None) and not _patterns.heading_number(words)


def _ends_title(words: str) -> bool:
    """Whether a line reads as the last of a title: 关于…的通知."""
    return words.startswith("关于") and _names_title(words) and genre_of(words) is not None


def _title(paragraphs: list[Paragraph], elements: Elements) -> list[Paragraph]:
    rest = _heading_block(paragraphs, elements.main)
    if not elements.main.title and rest and _names_title(rest[0].words) and not _is_number_line(rest[0].words):
        elements.main.title, rest = rest[:1], rest[1:]  # a title that is not centred
    if elements.main.title and genre_of(elements.title_text) is None and rest and _ends_title(rest[0].words):
        elements.main.title, rest = [*elements.main.title, rest[0]], rest[1:]  # or whose last line is not
    return rest


def _heading_block(paragraphs: list[Paragraph], text: Text) -> list[Paragraph]:
    """Take the title off the front of a text, and the line in brackets under it; return what is left."""
    block = list(takewhile(_may_be_title, paragraphs[:_HEAD]))
    for at, line in enumerate(block[1:], 1):
        ended = genre_of("".join(p.words for p in block[:at])) is not None
        below = _IN_BRACKETS.fullmatch(line.words) or line.size < block[0].size - _SMALLER or _is_number(line.words)
        if below or (line.blank_before and (ended or not _names_title(line.words))):
            text.title = block[:at]
            return paragraphs[len(block) if below else at :]  # with a date or who spoke: centred under the title
    text.title = block
    return paragraphs[len(block) :]


def _is_number(words: str) -> bool:
    return _patterns.SERIAL.fullmatch(words) is not None or _is_number_line(words)


def _may_be_title(paragraph: Paragraph) -> bool:
    words = paragraph.words
    if len(words) > 2 * _LONG or words[-1] in "：:；，" or _patterns.heading_number(words):
        return False
    if _patterns.DATE.fullmatch(words) or _SENTENCE.search(words[:-1]):
        return False
    return paragraph.align == "center" or paragraph.style in _TITLE_STYLES


def _addressee(paragraphs: list[Paragraph], elements: Elements) -> list[Paragraph]:
    """Take the 主送机关 off: the first line that ends in a colon, or names an office and stands further out."""
    if not paragraphs:
        return paragraphs
    first, words = paragraphs[0], norms().words
    text = first.words
    if text.startswith(words["greetings"]) and text.endswith(("：", ":")):
        return paragraphs[1:]  # 同志们： is no addressee, and stands flush like one
    if text.startswith(words["greetings"]) or any(word in text for word in words["not_addressee"]):
        return paragraphs
    if _patterns.heading_number(text) or "。" in text or _patterns.ATTACHMENT_NOTE.match(text):
        return paragraphs
    flush = first.indent("first") + first.leading < 1
    names_office = text.rstrip("，,、；;。.").endswith(words["offices"]) and len(text) <= _NAME
    ends = text.endswith(("：", ":")) and len(text) <= 2 * _LONG
    if not elements.main.title:  # then only what can be nothing else
        ends = ends and flush and text.rstrip("：:").endswith(words["offices"])
    if elements.genre is None or first.align in ("center", "right"):  # a line that may name the author
        names_office = False
    if ends or (flush and names_office and len(paragraphs) > 1):
        elements.addressee = first
        return paragraphs[1:]
    return paragraphs


def _ending(paragraphs: list[Paragraph], elements: Elements) -> list[Paragraph]:
    """Take signature, date, 附注 and 附件说明 off the end."""
    return _attachment_note(*_signed(paragraphs, elements), elements)


def _signed(paragraphs: list[Paragraph], elements: Elements) -> tuple[list[Paragraph], list[Paragraph]]:
    """Take signature, date and 附注; return what stands before the signature, and what after the date."""
    start = max(len(paragraphs) - _TAIL, 0)
    dated = [at for at in range(start, len(paragraphs)) if is_date(paragraphs[at])]
    end = dated[-1] if dated else len(paragraphs)
    if dated:
        elements.date = paragraphs[end]
    after = [p for p in paragraphs[end + 1 :] if not _patterns.SEAL.fullmatch(p.words)]
    elements.note = next((p for p in after if _patterns.NOTE.fullmatch(p.words)), None)
    if not dated and paragraphs and _patterns.NOTE.fullmatch(paragraphs[-1].words):
        elements.note, end = paragraphs[-1], end - 1
    begin = end
    most = _OFFICES if dated else 3
    while begin > 0 and end - begin < most and _may_sign(paragraphs[begin - 1], dated=bool(dated)):
        if end - begin >= 3 and not _is_office(paragraphs[begin - 1]):
            break
        begin -= 1
    elements.signature = paragraphs[begin:end]
    return paragraphs[:begin], [p for p in after if p is not elements.note]


def _attachment_note(text: list[Paragraph], late: list[Paragraph], elements: Elements) -> list[Paragraph]:
    """Take the 附件说明 off the end of the text, or, where it stands ``late``, off what follows the date."""
    listed = len(text)
    while listed > 0 and _may_list(text[listed - 1]):
        listed -= 1
    named = [at for at in range(listed, len(text)) if _patterns.ATTACHMENT_NOTE.match(text[at].words)]
    if named:
        elements.attachment_note, text = text[named[0] :], text[: named[0]]
    elif late and _patterns.ATTACHMENT_NOTE.match(late[0].words):
        items = takewhile(lambda p: _patterns.NOTE_ITEM.fullmatch(p.words), late[1:])
        elements.attachment_note = [late[0], *items]
        late = late[len(elements.attachment_note) :]
    return [*text, *late]


def is_date(paragraph: Paragraph) -> bool:
    """Whether a line is a date and nothing else."""
    return any(p.fullmatch(paragraph.words) for p in (_patterns.DATE, _patterns.DATE_MARKS, _patterns.DATE_BLANK))


def _may_sign(paragraph: Paragraph, *, dated: bool) -> bool:
    """Whether a line above the date is a signature: short, no sentence, and set to the right."""
    words = paragraph.words
    if len(words) > _NAME or words.startswith("特此") or _patterns.ATTACHMENT_NOTE.match(words):
        return False
    if _patterns.heading_number(words) or _patterns.NOTE_ITEM.fullmatch(words):
        return False
    if "：" in words and not _patterns.SIGNATURE_BLANK.fullmatch(words):
        return False
    aside = paragraph.align in ("right", "center") or paragraph.leading > 4 or paragraph.indent("left") > 8
    return aside or paragraph.indent("first") > 6 or (dated and not _NO_END.search(words) and "，" not in words)


def _is_office(paragraph: Paragraph) -> bool:
    """Whether a line is the name of an office: one of several that sign together."""
    return paragraph.words.endswith(norms().words["offices"])


def _may_list(paragraph: Paragraph) -> bool:
    """Whether a line may be of the list of attachments: it names one, or goes on with a name."""
    words = paragraph.words
    named = _patterns.ATTACHMENT_NOTE.match(words) or _patterns.NOTE_ITEM.fullmatch(words) or paragraph.label
    return len(words) <= 2 * _NAME and bool(named or paragraph.indent("left") >= 3)


def _fill(text: Text, paragraphs: list[Paragraph]) -> None:
    for paragraph in paragraphs:
        number = _patterns.heading_number(paragraph.text)
        if number is not None:
            text.headings.append(Heading(paragraph, number))
        text.body.append(paragraph)


def _classify(elements: Elements) -> None:
    """Decide whether this is an official document at all: a wrong guess would find fault with every line of a novel."""
    title, has_genre = elements.title_text, elements.genre is not None
    is_marked = elements.has_head or elements.doc_number is not None
    is_marked = is_marked or (has_genre and ("关于" in title or elements.serial is not None))
    others = [elements.addressee, elements.date, elements.attachment_note, elements.attachments, elements.has_head]
    is_set_so = _is_set_so(elements)
    signs = sum(bool(mark) for mark in others)
    is_titled = bool(title) and ("关于" in title or has_genre)
    elements.is_official = (is_marked and signs >= 1) or (is_titled and signs >= 2) or (is_set_so and signs >= 2)
    is_attachment = bool(elements.attachments) and not elements.main.body
    elements.is_set_as_one = elements.is_official or is_attachment or (is_set_so and bool(elements.main.headings))


def _is_set_so(elements: Elements) -> bool:
    """Whether most of its text is in 仿宋, or its title in 小标宋."""
    fonts = [run for p in elements.main.body for run in p.runs if run.east]
    fangsong = sum(run.han for run in fonts if norms().is_font(run.east, "仿宋"))
    is_titled_so = any(
        run.east and norms().is_font(run.east, "小标宋") for p in elements.main.title for run in p.runs if run.han
    )
    return is_titled_so or 2 * fangsong > sum(run.han for run in fonts)

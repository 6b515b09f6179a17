"""Where a paper's title stands: the lines that are set as one, large or in the middle, above its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from kaoping.evidence.recognition._dates import day_alone, days_in
from kaoping.evidence.recognition._paper_rows import Row, Sheets
from kaoping.evidence.recognition.paper_words import Vocabulary

_REGION = 0.62  # of the first page: no title begins below it
_LONGEST = 90  # characters of a title
_LINE = 48  # characters of one of its lines
_ALIKE = 0.84  # a line of the same title is as large
_ROUGHLY, _TINY = 0.7, 2  # as much is said of what a machine read, if it is as wide; boxes of so few signs are larger
_APART = 1.9  # times its size: lines of a title stand no farther apart
_STANDS_OUT = 1.3  # times the usual size, from which what has no ending of a title is one
_FAR = 0.8  # times its size: so much farther than the others no line of a title stands
_OVERLAP = 0.3  # times its size: so far may what was read off a picture reach into the next line
_MEASURED = 4  # characters of which the pitch says how large they are
_PITCHES = 1.15  # times: characters of one title are as wide
_GAPPED = 1.1  # times its height: a line with wider signs has gaps in it
_SEEN = 1.15  # times the usual pitch: so wide are the signs of a page's title, at least
_BARE = 6  # characters: a title that is no longer says only what sort of paper it is
_FIRST = 3  # rows among which the title of a paper is that is set in one size
_MOST = 4  # lines of a title
_ADDRESSEE = re.compile(r"[:：]$")
_PAIRS = ("《》", "“”", "（）", "〔〕", "()", "【】")
_OPEN_END = re.compile(r"(?:的|和|与|及|、|，|：|:|关于|印发|召开|开展|举办|做好|等|在|对|为)$")
_NOTE = re.compile(r"^(?:[【（(\[〔]|编者按|按[：:])")  # what an editor writes above a title
_DASHES = ("—", "－", "–", "-")
_TWO_SORTS = re.compile(r"(?:通知|公告|通报|公示|简报|信息|动态){2,}")  # the head of a page with many of them
_SENTENCE = re.compile(r"[。；！？]")


def headline(paper: Sheets, words: Vocabulary, form: str, after: str = "") -> Sequence[Row]:
    """Return the rows of the title, or of the headline; () where none stands out.

    ``after``: the row with the number of a paper, as it is written: the title stands below, or else above.
    """
    issue = next((row for row in paper.first[: len(paper.first) // 2] if _is_issue(row, words)), None)
    if not after and issue is not None and form != "news":
        below = [row for row in paper.first if issue.bottom <= row.top < _REGION * paper.height]
        blocks = [block for block in _blocks(below, paper, words, form) if _may_be(block, words, form)]
        large = [block for block in blocks if paper.is_centred(block[0]) and block[0].size > 1.1 * paper.body]
        if large:
            return large[0]
    if not after:
        return _headline(
            paper, words, form, [row for row in paper.first if row.top < _REGION * paper.height], is_numbered=False
        )
    at = next((at for at, row in enumerate(paper.first) if row.text == after), -1)
    below = [row for row in paper.first[at + 1 :] if row.top < _REGION * paper.height]
    return _headline(paper, words, form, below, is_numbered=True) or _headline(
        paper, words, form, paper.first[:at], is_numbered=False
    )


def _headline(paper: Sheets, words: Vocabulary, form: str, rows: Sequence[Row], *, is_numbered: bool) -> Sequence[Row]:
    blocks = [block for block in _blocks(rows, paper, words, form) if _may_be(block, words, form)]
    if form not in ("news", "screen"):
        blocks = [
            block for block in blocks if not _is_in_text(block[0], rows) and not any(map(paper.cells_beside, block))
        ]
    if not blocks:
        return ()
    if form == "news":
        largest = max(blocks, key=lambda block: (round(block[0].size, 1), -block[0].top))
        return () if _is_cut_off(largest, rows) else largest
    if form == "screen":
        return _alone_in_size(blocks, paper, words)
    titled = _with_matter(_titled(blocks, rows, paper, words, is_numbered=is_numbered), blocks, paper, words)
    whole = _with_main_title(titled, blocks)
    if whole and words.endings.search(_text(whole)) is None and _is_cut_off(whole, rows):
        return ()
    return whole


def _titled(
    blocks: Sequence[list[Row]], rows: Sequence[Row], paper: Sheets, words: Vocabulary, *, is_numbered: bool
) -> Sequence[Row]:
    ended = [block for block in blocks if words.endings.search(_text(block))]
    large = max(block[0].size for block in blocks)
    seen = [block for block in ended if _is_prominent(block[0], large, paper)]
    if seen and is_numbered:
        return seen[0]
    if is_numbered and (large > _ALIKE * _STANDS_OUT * paper.body or any(paper.is_centred(its[0]) for its in blocks)):
        return ()  # no plain text: its title would be set as one
    prominent = seen
    below_head = [block for block in prominent if _is_below_head(block, blocks, words)]
    if below_head:
        return below_head[0]
    if prominent:
        return max(prominent, key=lambda block: (round(block[0].size / 2), -block[0].top))
    stands_out = [block for block in blocks if block[0].size > _STANDS_OUT * paper.body and paper.is_centred(block[0])]
    if stands_out:
        return max(stands_out, key=lambda block: (block[0].size, -block[0].top))
    # Of a plain text the first line; what stands in a table is no title.
    first = [block for block in ended if block[0] in rows[:_FIRST] and not paper.beside(block[0])]
    return first[0] if first else ()


def _is_prominent(row: Row, large: float, paper: Sheets) -> bool:
    if row.size > _ALIKE * large and (row.size > 1.1 * paper.body or paper.is_centred(row)):
        return True
    return paper.is_centred(row) and row.size > max(0.6 * large, 0.9 * paper.body)


def _is_in_text(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a paper's text began above: 特授予：先进集体."""
    return any(
        above.bottom <= row.top + 2
        and len(above.text) > _BARE * 2
        and (_ADDRESSEE.search(above.text) or _SENTENCE.search(above.text))
        and not _NOTE.match(above.text)
        and not row.is_level_with(above)
        for above in rows
    )


def _is_cut_off(block: Sequence[Row], rows: Sequence[Row]) -> bool:
    """Whether what is set as large stands right above or below, and nobody knows whether it goes along."""
    first, last = block[0], block[-1]
    for row in rows:
        across = min(row.right, last.right) - max(row.left, last.left) > 0
        near = abs(row.top - last.bottom) < 0.6 * last.size or abs(first.top - row.bottom) < 0.6 * first.size
        beside = any(row.is_level_with(its) and -its.size < _between(row, its) < 1.5 * its.size for its in block)
        if row not in block and ((across and near) or beside) and row.size > _ALIKE * first.size:
            return True
    return False


def _between(row: Row, other: Row) -> float:
    """How far two rows that stand side by side are from each other; less than 0 where their boxes overlap."""
    return max(row.left, other.left) - min(row.right, other.right)


def _is_below_head(block: Sequence[Row], blocks: Sequence[list[Row]], words: Vocabulary) -> bool:
    """Whether a head of the same sort (会议纪要) stands in larger letters above the title that says of what."""
    ending = words.endings.search(_text(block))
    heads = (other for other in blocks if other[-1].bottom <= block[0].top and other[0].size > 1.1 * block[0].size)
    return ending is not None and any(
        words.masthead.search(_text(other)) and _text(other).endswith(ending[0]) for other in heads
    )


def _alone_in_size(blocks: Sequence[list[Row]], paper: Sheets, words: Vocabulary) -> Sequence[Row]:
    """Of a system's page what is set larger than all else but the system's name; () where two are."""
    blocks = [block for block in blocks if len(block) == 1 and not _is_of_cells(block[0])]  # menus have lines, too
    blocks = [block for block in blocks if words.endings.fullmatch(_text(block)) is None]  # 情况: the end of one
    by_size = sorted(blocks, key=lambda block: -block[0].size)
    if not by_size:
        return ()
    largest = by_size[0]
    if largest[0].read and largest[0].pitch < _SEEN * _usual_pitch(paper):
        return ()  # a machine's boxes are not as high as what stands in them
    if largest[0].size < 1.1 * paper.body or (len(by_size) > 1 and by_size[1][0].size > 0.95 * largest[0].size):
        return ()
    return largest


def _is_of_cells(row: Row) -> bool:
    """Whether a machine read the heads of several columns as one line: its signs are farther apart than they are high.

    Of a title that is set wide as much is true, and then nobody knows.
    """
    return row.read and len(row.text) >= _MEASURED and row.pitch > _GAPPED * row.size


def _usual_pitch(paper: Sheets) -> float:
    pitches = [row.pitch for row in paper.first if len(row.text) >= _MEASURED and not _is_of_cells(row)]
    return median(pitches) if pitches else 1.0


def _with_matter(block: Sequence[Row], blocks: Sequence[list[Row]], paper: Sheets, words: Vocabulary) -> Sequence[Row]:
    """A title that only says what sort of paper it is (签到表), with the line above that says of what."""
    if not block or len(_text(block)) > _BARE or not words.endings.search(_text(block)):
        return block
    first = block[0]
    above = [
        its
        for its in blocks
        if its[-1].bottom <= first.top + 2 and first.top - its[-1].bottom < 2.5 * max(first.size, its[-1].size)
    ]
    large = 0.6 * first.size if first.size > 1.5 * paper.body else 1.1 * paper.body
    if above and paper.is_centred(above[-1][0]) and above[-1][0].size > min(large, 1.1 * paper.body):
        return [*above[-1], *block]
    return block


def _with_main_title(block: Sequence[Row], blocks: Sequence[list[Row]]) -> Sequence[Row]:
    """A subtitle (——2017年工作总结) with the title above it; () where that does not stand close above."""
    if not block or not block[0].text.startswith(_DASHES):
        return block
    first = block[0]
    above = [its for its in blocks if its[-1].bottom <= first.top + 2 and first.top - its[-1].bottom < 1.5 * first.size]
    return [*above[-1], *block] if above and above[-1][0].size >= first.size else ()


def is_whole(text: str, words: Vocabulary, form: str) -> bool:
    """Whether a title seems to be there from its beginning to its end."""
    if not (4 if words.endings.fullmatch(text) is None else 2) <= len(text) <= _LONGEST or _SENTENCE.search(
        text.rstrip("！？")
    ):
        return False
    if _TWO_SORTS.fullmatch(text):
        return False
    if any(text.count(pair[0]) != text.count(pair[1]) for pair in _PAIRS) or _OPEN_END.search(text):
        return False
    if form == "news":
        return True
    if "关于" in text and not words.endings.search(text):
        return False
    return not text.endswith(("的通知", "的通报", "的决定", "的批复", "的请示", "的函")) or any(
        word in text for word in words.matters
    )


def _blocks(rows: Sequence[Row], paper: Sheets, words: Vocabulary, form: str) -> list[list[Row]]:
    blocks: list[list[Row]] = []
    for row in rows:
        if not _is_line(row, words, form):
            blocks.append([])  # what parts two blocks
            continue
        last = blocks[-1][-1] if blocks and blocks[-1] else None
        if (
            last is not None
            and len(blocks[-1]) < _MOST
            and _goes_on(last, row, paper, words, form)
            and not _is_far(blocks[-1], row)
        ):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return [block for block in blocks if block]


def _goes_on(last: Row, row: Row, paper: Sheets, words: Vocabulary, form: str) -> bool:
    sizes = sorted((last.size, row.size))
    upon = _OVERLAP * last.size if row.read else 2.0  # a machine's boxes reach into each other
    near = -upon < row.top - last.bottom < _APART * last.size
    both = (last.left < row.right and row.left < last.right) and not row.is_level_with(last)
    short = min(len(last.text), len(row.text))
    as_wide = 1 / _PITCHES < last.pitch / max(row.pitch, 1.0) < _PITCHES
    as_high = sizes[0] > _ALIKE * sizes[1]
    if row.read and (as_wide or len(row.text) <= _TINY):
        as_high = sizes[0] > _ROUGHLY * sizes[1]
    alike = as_high and near and both
    if short >= _MEASURED:  # a subtitle, or the text, is set a little smaller
        alike = alike and as_wide
    if form != "news" and words.endings.search(last.text) and not row.text.startswith(("的", "》", "（")):
        whole = _balanced(last.text)
        return alike and not whole
    middle = abs(row.centre - last.centre) < 0.05 * paper.width or abs(row.left - last.left) < last.size
    return alike and middle


def _is_far(block: Sequence[Row], row: Row) -> bool:
    """Whether the row stands much farther below the last line of a block than its lines stand from each other."""
    if len(block) < 2:
        return False
    gap = max(block[-1].top - block[-2].bottom, 0.0)
    return row.top - block[-1].bottom > gap + _FAR * row.size


def _is_issue(row: Row, words: Vocabulary) -> bool:
    return any(pattern.search(row.text) for pattern in words.issues)


def _balanced(text: str) -> bool:
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)


def _is_line(row: Row, words: Vocabulary, form: str) -> bool:
    text = row.text
    if len(text) > _LINE or _SENTENCE.search(text.rstrip("！？")) or _ADDRESSEE.search(text):
        return False
    if form == "news" and any(True for _ in days_in(text)):
        return False  # the line with the date and the editors
    if day_alone(text) is not None or any(pattern.search(text) for pattern in (*words.not_titles, *words.issues)):
        return False
    if any(pattern.search(text) for pattern in words.numbers) or "签发人" in text:
        return False
    if re.search(r"(?:时间|日期|地点|来源|单位|页码|编号|账号|用户|姓名|电话)[:：]", text):
        return False
    return not (any(True for _ in days_in(text)) and len(text) < 22)


def _may_be(block: Sequence[Row], words: Vocabulary, form: str) -> bool:
    text = _text(block)
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
    if len(text) < (2 if words.endings.fullmatch(text) else 4) or chinese < 0.5 * len(text):
        return False
    if form == "news":
        return words.outlets.fullmatch(text) is None and words.offices.fullmatch(text) is None
    if words.offices.fullmatch(text) and not words.endings.search(text):
        return False
    if words.masthead.fullmatch(text):
        return False
    if words.masthead.search(text) and len(text) <= 16 and not text.endswith(("纪要", "通报")):
        return False
    return not (form == "screen" and words.systems.fullmatch(text))


def _text(block: Sequence[Row]) -> str:
    return "".join(row.text for row in block)

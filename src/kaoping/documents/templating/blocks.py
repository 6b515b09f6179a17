"""What a template's blocks (if, for …) must be like: closed, in the right order, in tags of the same kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docx.oxml.ns import qn

from kaoping.documents.templating.tags import STRAIGHT, Flaw, Tag

#: Blocks with an end of their own; `set` is one only where it assigns nothing.
_BLOCKS = ("for", "if", "with", "filter", "macro", "call", "set")
_MIDDLE = {"elif": ("if",), "else": ("if", "for")}
#: What reaches beyond values, or makes markup of them.
FORBIDDEN = ("include", "import", "from", "extends", "block", "autoescape", "raw", "trans", "do")
_OTHER = ("colspan", "cellbg", "vm", "hm")
_UNITS = {"": "普通的标签（{% … %}）", "p": "{%p … %}", "tr": "{%tr … %}", "tc": "{%tc … %}", "r": "{%r … %}"}


def keywords() -> tuple[str, ...]:
    """Return every word that a ``{% %}`` may begin with."""
    return (*_BLOCKS, *(f"end{word}" for word in _BLOCKS), *_MIDDLE, *_OTHER)


def opens(tag: Tag) -> bool:
    """Whether a block begins with the tag."""
    if tag.keyword == "set":
        return "=" not in tag.body
    return tag.keyword in _BLOCKS


def check_blocks(tags: Sequence[Tag]) -> Iterator[Flaw]:
    """Yield what is wrong with the blocks of one part; ``tags`` are all of its tags, in order."""
    stack: list[Tag] = []
    for tag in tags:
        word = tag.keyword
        if opens(tag):
            stack.append(tag)
        elif word in _MIDDLE:
            if not stack or stack[-1].keyword not in _MIDDLE[word]:
                yield Flaw("template.extra_end", tag.paragraph, tag.text, "、".join(_MIDDLE[word]))
            else:
                yield from _together(stack[-1], tag)
        elif word.startswith("end") and word[3:] in _BLOCKS:
            names = [opened.keyword for opened in stack]
            if word[3:] not in names:
                yield Flaw("template.extra_end", tag.paragraph, tag.text, word[3:])
                continue
            while stack[-1].keyword != word[3:]:
                yield _unclosed(stack.pop())
            yield from _together(stack.pop(), tag)
    for opened in reversed(stack):
        yield _unclosed(opened)


def _unclosed(tag: Tag) -> Flaw:
    return Flaw("template.unclosed", tag.paragraph, tag.text, f"{{%{tag.unit} end{tag.keyword} %}}")


def _together(first: Tag, second: Tag) -> Iterator[Flaw]:
    """Yield what is wrong with two tags of the same block: another kind, or another place than the kind allows."""
    a, b = first.paragraph, second.paragraph
    told = f"{a.place}的“{first.text}”"
    if first.unit != second.unit:
        yield Flaw("template.mixed_block", b, second.text, f"{told}是{_UNITS[first.unit]}")
    elif first.unit == "tr":
        if a.row is not None and b.row is not None and _table(first) is not _table(second):
            yield Flaw("template.crossing_block", b, second.text, told)
    elif first.unit == "tc":
        if a.row is not b.row:
            yield Flaw("template.crossing_block", b, second.text, told)
    elif a.container is not b.container:
        yield Flaw("template.crossing_block", b, second.text, told)
    elif first.unit != "p" and a is not b:
        yield Flaw("template.long_block", b, second.text, told)


def _table(tag: Tag) -> object:
    return next(tag.paragraph.element.iterancestors(qn("w:tbl")), None)


def check_units(tags: Sequence[Tag]) -> Iterator[Flaw]:
    """Yield tags that stand for a paragraph, row or cell, and aren't in one, or take something else away with it."""
    for tag in tags:
        paragraph = tag.paragraph
        if tag.unit in ("", "r"):
            continue
        if tag.unit in ("tr", "tc") and paragraph.row is None:
            yield Flaw("template.outside_table", paragraph, tag.text)
            continue
        # docxtpl looks for the end of such a tag with [^}%]*: it does not find it beyond one of these.
        if "%" in tag.body or "}" in tag.body:
            yield Flaw("template.syntax", paragraph, tag.text, f"在{{%{tag.unit} 标签里不能用百分号和花括号")
            continue
        element = {"p": paragraph.element, "tr": paragraph.row, "tc": paragraph.container}[tag.unit]
        words = "".join(node.text or "" for node in element.iter(qn("w:t")))
        others = words.replace(tag.text, "", 1).strip()
        if others or any(element.iter(qn("w:drawing"), qn("w:pict"), qn("w:object"))):
            what = f"“{others[:20]}”" if others else "图片"
            yield Flaw(_SHARED[tag.unit], paragraph, tag.text, what)


_SHARED = {"p": "template.shares_paragraph", "tr": "template.shares_row", "tc": "template.shares_cell"}


def mended(tags: Sequence[Tag], lines: Sequence[str]) -> list[str]:
    """Return the tags' ``lines`` (one each, "" for a broken one) as blocks that close, so that the rest can be read."""
    found: list[str] = []
    stack: list[str] = []
    for tag, line in zip(tags, lines, strict=True):
        word, end, added = tag.keyword, tag.keyword.removeprefix("end"), line
        if line and opens(tag):
            stack.append(word)
        elif word in _MIDDLE and (not stack or stack[-1] not in _MIDDLE[word]):
            added = ""
        elif line and word.startswith("end"):
            if end in stack:
                inner = len(stack) - stack[::-1].index(end)
                added = "".join(f"{{% end{its} %}}" for its in reversed(stack[inner - 1 :]))
                del stack[inner - 1 :]
            else:
                added = ""
        found.append(added)
    if found:
        found[-1] += "".join(f"{{% end{its} %}}" for its in reversed(stack))
    return found


def written(tag: Tag) -> str:
    """Return the tag with what it needs to be parsed alone."""
    word, text = tag.keyword, tag.jinja.translate(STRAIGHT)
    if opens(tag):
        return f"{text}{{% end{word} %}}"
    if word in _MIDDLE:
        return f"{{% if 1 %}}{text}{{% endif %}}"
    if word.startswith("end"):
        return ""
    return text

"""How tags must be written, and their blocks (if, for …): closed, in order, in tags of the same kind and place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from docx.oxml.ns import qn
from jinja2 import Environment, TemplateSyntaxError

from kaoping.documents.templating.tags import Flaw, Tag

#: Blocks with an end of their own; `set` is one only where it assigns nothing.
_BLOCKS = ("for", "if", "with", "filter", "macro", "call", "set")
_MIDDLE = {"elif": ("if",), "else": ("if", "for")}
#: What reaches beyond values, or makes markup of them.
_FORBIDDEN = ("include", "import", "from", "extends", "block", "autoescape", "raw", "trans", "do")
_UNITS = {"": "普通的标签（{% … %}）", "p": "{%p … %}", "tr": "{%tr … %}", "tc": "{%tc … %}", "r": "{%r … %}"}
_SHARED = {"p": "template.shares_paragraph", "tr": "template.shares_row", "tc": "template.shares_cell"}


def check_blocks(tags: Sequence[Tag], environment: Environment, *, is_torn: bool) -> tuple[list[str], list[Flaw]]:
    """Return the tags of one part as Jinja that can be parsed, a line each, and what is wrong with them.

    A tag that is wrong by itself is left out. The part has a scope of its own, as where it is rendered. Where it
    ``is_torn`` by half a statement, told before, its blocks can't be told apart.
    """
    wrong = {tag: flaw for tag in tags for flaw in _misspelt(tag, environment)}
    lines, crossed = _nested(tags, wrong)
    flaws = [*([] if is_torn else crossed), *(flaw for tag in tags for flaw in _misplaced(tag))]
    told = {flaw.paragraph for flaw in flaws}
    flaws += [flaw for flaw in wrong.values() if flaw.paragraph not in told]
    lines[0] = "{% with %}" + lines[0]
    lines[-1] += "{% endwith %}"
    return lines, flaws


def _opens(tag: Tag) -> bool:
    return tag.keyword in _BLOCKS and not (tag.keyword == "set" and "=" in tag.body)


def _closes(tag: Tag) -> str:
    """Return the word of the block that the tag ends, or ""."""
    word = tag.keyword.removeprefix("end")
    return word if word != tag.keyword and word in _BLOCKS else ""


def _nested(tags: Sequence[Tag], wrong: Collection[Tag]) -> tuple[list[str], list[Flaw]]:
    """Pair the tags; where a ``wrong`` one begins a block, another block of the same extent stands for it."""
    lines: list[str] = []
    flaws: list[Flaw] = []
    stack: list[Tag] = []

    def end() -> str:
        tag = stack.pop()
        return "{% endif %}" if tag in wrong else f"{{% end{tag.keyword} %}}"

    def unclosed() -> str:
        tag = stack[-1]
        flaws.append(tag.flaw("template.unclosed", f"{{%{tag.unit} end{tag.keyword} %}}"))
        return end()

    for tag in tags:
        line = "" if tag in wrong else tag.jinja
        closes = _closes(tag)
        if _opens(tag):
            stack.append(tag)
            line = line or "{% if 1 %}"
        elif fits := (closes,) if closes else _MIDDLE.get(tag.keyword):
            if any(opened.keyword in fits for opened in stack):
                ends = ""
                while stack[-1].keyword not in fits:
                    ends += unclosed()
                flaws += _apart(stack[-1], tag)
                line = ends + (end() if closes else line)
            else:
                flaws.append(tag.flaw("template.extra_end", "、".join(fits)))
                line = ""
        lines.append(line)
    while stack:
        lines[-1] += unclosed()
    return lines, flaws


def _apart(first: Tag, second: Tag) -> Iterator[Flaw]:
    """Yield what is wrong with two tags of the same block: another kind, or another place than the kind allows."""
    a, b = first.paragraph, second.paragraph
    told = f"{a.place}的“{first.text}”"
    if first.unit != second.unit:
        yield second.flaw("template.mixed_block", f"{told}是{_UNITS[first.unit]}")
        return
    if first.unit in ("tr", "tc") and None in (a.within("tr"), b.within("tr")):
        return  # told as that
    wholes = {"tr": ("tbl",), "tc": ("tr",)}.get(first.unit, ("tc", "txbxContent"))
    if a.within(*wholes) is not b.within(*wholes):
        yield second.flaw("template.crossing_block", told)
    elif first.unit in ("", "r") and a is not b:
        yield second.flaw("template.long_block", told)


def _misplaced(tag: Tag) -> Iterator[Flaw]:
    """Yield where a tag stands for a paragraph, row or cell, and isn't in one, or takes something else away with it."""
    paragraph = tag.paragraph
    if tag.unit in ("", "r"):
        return
    row = paragraph.within("tr")
    if tag.unit != "p" and row is None:
        yield tag.flaw("template.outside_table")
        return
    # docxtpl looks for the end of such a tag with [^}%]*: it does not find it beyond one of these.
    if "%" in tag.body or "}" in tag.body:
        yield tag.flaw("template.syntax", f"在{{%{tag.unit} 标签里不能用百分号和花括号")
        return
    element = {"p": paragraph.element, "tr": row, "tc": paragraph.holder}[tag.unit]
    words = "".join(node.text or "" for node in element.iter(qn("w:t")))
    others = words.replace(tag.text, "", 1).strip()
    if others or any(element.iter(qn("w:drawing"), qn("w:pict"), qn("w:object"))):
        yield tag.flaw(_SHARED[tag.unit], f"“{others[:20]}”" if others else "图片")


def _misspelt(tag: Tag, environment: Environment) -> Iterator[Flaw]:
    """Yield what is wrong with one tag, taken alone."""
    word = tag.keyword
    if word in _FORBIDDEN:
        yield tag.flaw("template.forbidden", word)
        return
    if word.removeprefix("end") in _FORBIDDEN:
        return  # its beginning is told
    if _closes(tag):
        if rest := tag.body.removeprefix(word).strip():
            yield tag.flaw("template.syntax", f"“{rest}”不应出现在这里")
        return
    alone = tag.jinja
    if _opens(tag):
        alone = f"{alone}{{% end{word} %}}"
    elif word in _MIDDLE:
        alone = f"{{% if 1 %}}{alone}{{% endif %}}"
    try:
        environment.parse(alone)
    except TemplateSyntaxError as error:
        yield tag.flaw("template.syntax", in_chinese(error))
    except RecursionError:
        yield tag.flaw("template.syntax", "括号套得太深")


def in_chinese(error: TemplateSyntaxError) -> str:
    """Say what Jinja's parser says."""
    said = str(error.message)
    if found := re.match(r"Encountered unknown tag '(\w+)'", said):
        word = found[1]
        if word in _MIDDLE:
            return f"“{word}”不应出现在这里"
        return f"要写成 {{%{word} …，中间不空格" if word in _UNITS else f"没有“{word}”这种标签"
    if found := re.match(r"unexpected char (.+) at", said):
        char = found[1].strip("'\"")
        return f"不认识“{char}”" + ("，要用半角" if char > "\u2000" else "")
    if found := re.search(r"got '(.+)'$", said):
        word = "标签的结尾" if found[1].startswith(("end of", "begin of")) else f"“{found[1]}”"
        return f"{word}不应出现在这里"
    if "Expected an expression" in said:
        return "缺少内容"
    if "tag name expected" in said:
        return "开头应是 if、for 这样的词"
    if found := re.search(r"unexpected '(.+)'", said):
        return f"“{found[1]}”不应出现在这里"
    return "写法不对"

"""Tags of Word templates (docxtpl's dialect of Jinja): what each says by itself, and which of them belong together.

Where they stand is the business of those who read them, from a source's lines or from a docx's paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jinja2 import Environment, TemplateSyntaxError

#: A tag, with no other beginning in it.
TAG = re.compile(r"\{\{(?:(?!\{[{%#]).)*?\}\}|\{%(?:(?!\{[{%#]).)*?%\}|\{#(?:(?!\{[{%#]).)*?#\}", re.DOTALL)
#: Halves of tags, also as they come out of an input method, or with a space between the signs.
HALF = re.compile(r"[{｛]\s*[{｛%％]|\{#|[}｝%％]\s*[}｝]")
WIDE = re.compile("[｛｝％]")
_UNITS = ("p", "tr", "tc", "r")
_UNIT = re.compile(rf"({'|'.join(_UNITS)})(?=\s)")
#: Blocks with an end of their own.
_BLOCKS = ("for", "if", "with", "filter", "macro", "call", "set")
_MIDDLE = {"elif": ("if",), "else": ("if", "for")}
#: What reaches beyond values, or makes markup of them.
_FORBIDDEN = ("include", "import", "from", "extends", "block", "autoescape", "raw", "trans", "do")
#: docxtpl writes these quotes as straight ones inside a tag.
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """A tag, from its first brace to its last."""

    text: str

    @property
    def unit(self) -> str:
        """What it stands for: the paragraph, row, cell or run around it (p, tr, tc, r), or "" itself."""
        match = _UNIT.match(self.text[2:])
        return match[0] if match else ""

    @property
    def body(self) -> str:
        """What stands in it."""
        return self.text[2 + len(self.unit) : -2].strip().strip("-+").strip()

    @property
    def keyword(self) -> str:
        """The first word of a ``{% %}``, "" for other tags."""
        match = re.match(r"\w+", self.body)
        return match[0] if match and self.text.startswith("{%") else ""

    @property
    def opens(self) -> bool:
        """Whether a block begins with it; ``set`` is one only where it assigns nothing."""
        return self.keyword in _BLOCKS and not (self.keyword == "set" and "=" in self.body)

    @property
    def closes(self) -> str:
        """The word of the block that it ends, or ""."""
        word = self.keyword.removeprefix("end")
        return word if word != self.keyword and word in _BLOCKS else ""

    @property
    def belongs(self) -> tuple[str, ...]:
        """The words of the blocks that it may go on with, or end."""
        return (self.closes,) if self.closes else _MIDDLE.get(self.keyword, ())

    @property
    def end(self) -> str:
        """The tag that would end its block."""
        return f"{{%{self.unit} end{self.keyword} %}}"

    @property
    def forbidden(self) -> str:
        """The word of a statement that no template may use, or ""."""
        return self.keyword if self.keyword in _FORBIDDEN else ""

    @property
    def has_wide_quotes(self) -> bool:
        """Whether it has quotes that come out as others."""
        return self.body != self.body.translate(_STRAIGHT) and not self.text.startswith("{#")

    @property
    def jinja(self) -> str:
        """It in plain Jinja, on one line; what docxtpl makes of its own tags for cells."""
        if self.text.startswith("{#") or self.keyword in ("vm", "hm"):
            return ""
        body = self.body.replace("\n", " ").translate(_STRAIGHT)
        if self.keyword in ("colspan", "cellbg"):
            return f"{{{{ {body.removeprefix(self.keyword)} }}}}"
        return f"{self.text[:2]} {body} {self.text[-2:]}"

    def misspelling(self) -> str:
        """Say what is wrong with it, taken alone; "" where nothing is."""
        # docxtpl looks for the end of such a tag with [^}%]*: it does not find it beyond one of these.
        if self.unit and set(self.body) & set("%}"):
            return f"在{self.text[:2]}{self.unit} 标签里不能用百分号和花括号"
        if self.closes:
            rest = self.body.removeprefix(self.keyword).strip()
            return f"“{rest}”不应出现在这里" if rest else ""
        if self.keyword.removeprefix("end") in _FORBIDDEN:
            return ""  # that is said of its beginning
        alone = self.jinja
        if self.opens:
            alone = f"{alone}{{% end{self.keyword} %}}"
        elif self.keyword in _MIDDLE:
            alone = f"{{% if 1 %}}{alone}{{% endif %}}"
        try:
            Environment(autoescape=True).parse(alone)
        except TemplateSyntaxError as error:
            return in_chinese(error)
        except RecursionError:
            return "括号套得太深"
        return ""


def in_chinese(error: TemplateSyntaxError) -> str:
    """Say what Jinja's parser says."""
    message = str(error.message)
    if match := re.match(r"Encountered unknown tag '(\w+)'", message):
        word = match[1]
        if word in _MIDDLE:
            return f"“{word}”不应出现在这里"
        return f"要写成 {{%{word} …，中间不空格" if word in _UNITS else f"没有“{word}”这种标签"
    if match := re.match(r"unexpected char ['\"](.+)['\"] at", message):
        return f"不认识“{match[1]}”" + ("，要用半角" if match[1] > "\u2000" else "")
    if match := re.search(r"(?:got|unexpected) '(.+?)'", message):
        word = "标签的结尾" if match[1].startswith(("end of", "begin of")) else f"“{match[1]}”"
        return f"{word}不应出现在这里"
    if "tag name expected" in message:
        return "开头应是 if、for 这样的词"
    return "缺少内容" if "Expected an expression" in message else "写法不对"


T = TypeVar("T", bound=Tag)


def paired(tags: Sequence[T]) -> Iterator[tuple[T | None, T | None, int]]:
    """Yield each tag that goes on with a block or ends it, behind the block's beginning, and at which tag that is seen.

    One of the two is None where it is missing.
    """
    stack: list[T] = []
    for number, tag in enumerate(tags):
        if tag.opens:
            stack.append(tag)
        elif tag.belongs and not any(first.keyword in tag.belongs for first in stack):
            yield None, tag, number
        elif tag.belongs:
            while stack[-1].keyword not in tag.belongs:
                yield stack.pop(), None, number
            yield (stack.pop() if tag.closes else stack[-1]), tag, number
    for first in reversed(stack):
        yield first, None, len(tags)

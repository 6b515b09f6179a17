"""Word documents from docxtpl templates: every figure carries its source, every blank is seen.

The template is data (``templates/word/*.docx``); nothing here knows what a document is about.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import figures
from kaoping.core.figures import Fact, Figure, Lack, Missing
from kaoping.core.model import DRAFT, FINAL, Unreadable
from kaoping.core.zipbytes import NO_DATE, repack
from kaoping.documents._only_text import Printable, as_text
from kaoping.documents._outline import tidy
from kaoping.documents.edits import Edit, Kept, Outcome, keeping
from kaoping.documents.edits._applying import apply
from kaoping.documents.figure_marks import Marks, blanks, clean, guard, plain

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2.sandbox import SandboxedEnvironment

    from kaoping.pdf.fonts import Keep


class BlankInFinal(ValueError):  # noqa: N818 -- it names what is in the document
    """A 报送稿 still has blanks (待补); ``blanks`` are their words, in the document's order."""

    def __init__(self, blanks: Sequence[str]) -> None:
        self.blanks = tuple(blanks)
        super().__init__("报送稿里还有待补内容：" + "".join(self.blanks))


class MalformedError(ValueError):
    """A template's tags take away the beginning of something whose end stays: what comes out is no document."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document, what was generated for it before edits were put in, what became of those, and what is left blank."""

    data: bytes
    kept: Kept
    outcomes: Sequence[Outcome]
    blanks: Mapping[str, Missing] = field(default_factory=dict)  # 待补, in the document's order → what it stands for


def render(template: Path, context: Mapping[str, Any], **about: Any) -> bytes:
    """Return the docx of :func:`render_edited` without any edits; raises BlankInFinal where a 报送稿 has blanks."""
    rendered = render_edited(template, context, (), **about)
    if rendered.blanks and about["form"] == FINAL:
        raise BlankInFinal(tuple(rendered.blanks))
    return rendered.data


def render_edited(
    template: Path,
    context: Mapping[str, Any],
    edits: Sequence[Edit],
    *,
    form: str,
    dated: date | None,
    title: str = "",
    author: str = "",
    keep: Keep | None = None,
) -> Rendered:
    """Fill in the docxtpl ``template`` with ``context`` and put ``edits`` in; the same bytes for the same input.

    The context holds strings, numbers, dates, :class:`Figure`, :class:`Missing`, and mappings and lists of them. In the
    送审稿 each figure gets a Word comment with its source and each blank is highlighted; the 报送稿 is clean text.
    Values come out as text, whatever characters they hold. ``title`` and ``author`` are the document's properties. A
    报送稿 with blanks is none that may be handed in: whoever asked for it looks at them, so that all are told at once.
    ``keep`` keeps the compiled template for the next build.

    Raises jinja2.TemplateError where the template names something unknown, is broken or reaches further than values,
    TypeError for a value of another kind (EmptyPrinted for None, NotTextError), MalformedError where its tags are so
    placed that no document comes of it, ValueError where it cuts a figure in two.
    """
    if form not in (DRAFT, FINAL):
        raise ValueError(f"没有这种成果形式：{form}")
    import docx
    from docxtpl import DocxTemplate

    marks = Marks()
    document = DocxTemplate(template)
    mended = document.fix_tables
    document.fix_tables = lambda xml: mended(_well_formed(xml))
    # Word takes a document's title from its first line, tags and all, cut off; ours are set below.
    document.render_properties = lambda *_: None
    document.render(printed(context, marks, form), jinja_env=environment(marks, keep), autoescape=True)
    stream = io.BytesIO()
    document.save(stream)
    stream.seek(0)
    result = docx.Document(stream)
    marks.resolve(result, form=form, dated=dated)
    applied: list[tuple[Kept, list[Outcome]]] = []
    tidy(result, lambda: applied.append(apply(result, title, edits, marks)))
    [(kept, outcomes)] = applied
    data = to_bytes(result, dated=dated, title=title, author=author, identifier=keeping.digest(kept))
    missing = {str(fact): fact for fact in reversed(marks.facts) if isinstance(fact, Missing)}
    return Rendered(data, kept, outcomes, {blank: missing.get(blank, Missing("")) for blank in blanks(result)})


def to_bytes(
    document: Document, *, dated: date | None, title: str = "", author: str = "", identifier: str = ""
) -> bytes:
    """Return the document's bytes with fixed properties: no clock and no machine in them."""
    day = dated or NO_DATE
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = clean(title)[:255], clean(author)[:255], ""
    properties.identifier = identifier
    properties.comments = properties.keywords = properties.subject = ""
    properties.revision = 1
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    stream = io.BytesIO()
    document.save(stream)
    return repack(stream.getvalue(), dated)


def words(data: bytes) -> str:
    """Return the words of a docx, a paragraph a line, those of its tables too."""
    import docx
    from docx.oxml.ns import qn

    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(node.text or "" for node in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def printed(context: Mapping[str, Any], marks: Marks, form: str) -> dict[str, Any]:
    """Return ``context`` as a template may see it, with ``form`` in it."""
    return {key: _printed(value, marks) for key, value in {"form": form, **context}.items()}


def environment(marks: Marks, keep: Keep | None = None) -> SandboxedEnvironment:
    """Return the sandbox that templates are rendered in: no globals but ``blank``, no filter that makes markup.

    ``keep`` keeps what it compiles.
    """
    from jinja2 import StrictUndefined

    from kaoping.documents._compiled import Sandbox

    sandbox = Sandbox(undefined=StrictUndefined, autoescape=True)
    sandbox.keep = keep
    sandbox.globals = {"blank": lambda what, of="", **given: _Printed(_blank(what, of, given), marks)}
    sandbox.filters |= {
        "bare": _bare,
        "chinese": figures.chinese,
        "listed": lambda items: figures.joined(map(_bare, items)),
        "joined": _joined,
        "ordinals": _ordinals,
        "named": lambda items: figures.joined(f"《{_inner(item, '《》', '〈〉')}》" for item in items),
        "quoted": lambda item: f"“{_inner(item, '“”', '‘’')}”",
        "filled": lambda item, what: item if _says(item) else _Printed(Missing(str(what), lack=_lack(item)), marks),
        "sentences": lambda items: figures.joined(map(_bare, items), "；"),
        "within": _within,
        "worded": lambda item, words: _changed(item, lambda text: str(words[text]) if text in words else text),
    }
    sandbox.tests["missing"] = lambda value: isinstance(value, _Printed) and isinstance(value.fact, Missing)
    return sandbox


def _blank(what: Any, of: Any, given: Mapping[str, Any]) -> Missing:
    """Return what `blank('主送机关', 'unit.addressee')` says: a blank, and the fact or the kind's field that it lacks.

    Of a record that is to be entered some values are ``given``; ``id`` says of which record the field is.
    """
    kind, _, name = str(of).partition(".")
    values = {key: plain(str(value)) for key, value in given.items() if isinstance(value, str | Printable)}
    id_ = values.pop("id", "")
    return Missing(str(what), lack=Lack(kind, name, id_, tuple(values.items())) if kind else None)


def _lack(item: Any) -> Lack | None:
    return item.fact.lack if isinstance(item, _Printed) else None


def _well_formed(xml: str) -> str:
    """Return ``xml``; raises MalformedError where docxtpl would mend it by leaving out what it can't read."""
    from lxml import etree

    try:
        etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        raise MalformedError("模板的标签位置不对，生成的文档残缺") from error
    return xml


def _bare(item: Any) -> Any:
    """Return a clause without the punctuation it ends on, a figure with its mark."""
    return _changed(item, figures.bare)


def _changed(item: Any, change: Callable[[str], str]) -> Any:
    """Return a text, or a figure with its mark, changed."""
    return item.changed(change) if isinstance(item, _Printed) else change(str(as_text(item)))


def _within(day: Any, year: object, before: Any = None) -> Any:
    """Return a day of the ``year`` that the text is about without it, unless the day ``before`` is of another year."""
    this_year = f"{year}年"
    text_before = str(before.fact if isinstance(before, _Printed) else before or this_year)
    return _changed(day, lambda text: text.removeprefix(this_year)) if text_before.startswith(this_year) else day


def _inner(item: Any, pair: str, within: str) -> Any:
    """Return a clause without its last punctuation and the ``pair`` of marks around it, its own marks nested."""
    return _changed(item, lambda text: figures.nested(figures.inner(figures.bare(text), pair), pair, within))


def _says(item: Any) -> bool:
    """Whether something was recorded, be it a zero."""
    if isinstance(item, _Printed):
        return isinstance(item.fact, Missing) or bool(item.fact.text)
    return item is not None and bool(str(item))


def _joined(items: Iterable[object], mark: str = "、") -> str:
    """Join items by a mark, which may be a line break."""
    return figures.joined(map(as_text, items), guard(mark))


def _ordinals(items: Iterable[Any]) -> str:
    """Write clauses as 一是…。二是…, one alone without a number; the last one has no mark at its end."""
    clauses = [str(_bare(item)) for item in items if _says(item)]
    if len(clauses) < 2:
        return "".join(clauses)
    return "。".join(f"{figures.chinese(count)}是{clause}" for count, clause in enumerate(clauses, 1))


def _printed(value: Any, marks: Marks) -> Any:
    """Return a value as the template may see it: text guarded, figures marked, mappings readable only."""
    match value:
        case Figure() | Missing():
            return _Printed(value, marks)
        case str():
            return guard(value)
        case Unreadable():
            return None  # told where it stands; a document has a blank there
        case None | bool() | int():
            return value
        case Fraction():
            return _Number(value)
        case date():
            return _Day(value.year, value.month, value.day)
        case Mapping():
            return _Bag({str(key): _printed(item, marks) for key, item in value.items()})
        case Sequence():
            return [_printed(item, marks) for item in value]
    raise TypeError(f"模板里不能用这种值：{type(value).__name__}")


class _Printed(Printable):
    """A fact in a template: it prints with its marks, is falsy where it says nothing, and compares by its value."""

    def __init__(self, fact: Fact, marks: Marks) -> None:
        self.fact = fact
        self._marks = marks

    def __str__(self) -> str:
        return self._marks.mark(self.fact)

    def changed(self, change: Callable[[str], str]) -> _Printed:
        """Return the figure with its text changed; a blank stays as it is."""
        if isinstance(self.fact, Missing):
            return self
        return _Printed(replace(self.fact, text=change(self.fact.text)), self._marks)

    def __bool__(self) -> bool:
        return isinstance(self.fact, Missing) or bool(self.fact)

    def _compare(self, other: Any, test: str) -> bool:
        mine = None if isinstance(self.fact, Missing) else self.fact.value
        theirs = getattr(other.fact, "value", None) if isinstance(other, _Printed) else other
        if mine is None or theirs is None:
            return False  # a blank is neither more nor less than anything
        return bool(getattr(mine, test)(theirs) is True)

    def __eq__(self, other: object) -> bool:
        return self is other or self._compare(other, "__eq__")

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: Any) -> bool:
        return self._compare(other, "__lt__")

    def __le__(self, other: Any) -> bool:
        return self._compare(other, "__le__")

    def __gt__(self, other: Any) -> bool:
        return self._compare(other, "__gt__")

    def __ge__(self, other: Any) -> bool:
        return self._compare(other, "__ge__")


class _Bag:
    """A mapping without methods, so that a template's ``fact.items`` is the fact of that name."""

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class _Number(Fraction):
    """An exact number that prints as documents write it."""

    def __str__(self) -> str:
        return figures.number(self)


class _Day(date):
    """A date that prints as documents write it (GB/T 9704-2012 7.3.5.4)."""

    def __str__(self) -> str:
        return figures.date_text(self)

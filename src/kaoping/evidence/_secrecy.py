"""State secrets (国家秘密) among the evidence: a file that is marked with a level must not be handled at all.

The forms are data (``evidence_schema/secrecy.yaml``), to which a pack may add. A marking is told by its shape; the
words 商业秘密 or 保守国家秘密 in a text are none. What is written in a picture alone can't be seen here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kaoping.core import resources

FILE = "secrecy.yaml"
#: What may be added to: the words and signs by which a marking is told. All else says what is none.
LISTS = ("levels", "stars", "labels", "brackets", "name_words")

_GAP = "[ \\t]{0,8}"  # between the characters of a level: 秘　密
_BLANKS = re.compile(r"\s+")
_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
#: Lines of one character each, as vertical writing is read: they are one line.
_UPRIGHT = re.compile(r"^[ \t]*\S[ \t]*(?:\n[ \t]*\S[ \t]*)+$", re.M)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_SEPARATORS = re.compile(r"[\s_\-—.,;]+")
_PARTING = re.compile(r"[\s_\-—.,;+·•、&~#@!|:]+")  # the parts of a name
_CELLS = re.compile(r"[\t|,:]|  +")
_RATED = 40  # lines below the head of a list in which its rows stand
_HEAD, _TITLE = 8, 8  # lines in which the head of a table stands, characters of a column's title
_PART = re.compile(r"<([a-z]+)>")
_BEFORE = 24  # characters before a level that may say that it is none
_AFTER = 20
_WIDER = 60  # what a rule for a whole phrase sees before it


class Markings:
    """The markings that are looked for: the stock's, and those that :data:`LISTS` make with ``added`` behind them.

    The stock's are looked for by themselves, before the others: nothing that is added can hide one.
    """

    def __init__(self, added: Mapping[str, Any] | None = None) -> None:
        self._forms = [_stock()]
        if added:
            more = {name: rules()[name] + words for name, words in added.items()}
            self._forms.append(_Forms({**rules(), **more}))

    def marking(self, text: str, *, first_page: bool) -> str:
        """Return the level that a page with ``text`` is marked with; "" where it is not.

        A level with its star counts on every page, one that stands alone only at the head or the end of a first page.
        """
        return next(filter(None, (forms.marking(text, first_page=first_page) for forms in self._forms)), "")

    def may_be_misread(self, text: str) -> bool:
        """Whether ``text``, read off a picture, is no marking, and may be one in which a character was misread."""
        return not self.marking(text, first_page=False) and any(forms.may_be_misread(text) for forms in self._forms)

    def in_name(self, name: str) -> str:
        """Return the level that a name (of a file, a folder, a sheet; a title) says; "" where it says none."""
        return next(filter(None, (forms.in_name(name) for forms in self._forms)), "")

    def may_end_in(self, text: str) -> bool:
        """Whether ``text``, of which little was read, has the character that a level ends with."""
        return any(not forms.ends.isdisjoint(text) for forms in self._forms)

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth looking: a quick test of a long text."""
        return any(forms.may_be_in(text) for forms in self._forms)


@cache
def rules() -> Mapping[str, Any]:
    """Return the stock's rules."""
    loaded: Mapping[str, Any] = resources.load_yaml(resources.schema(FILE))
    return loaded


class _Forms:
    """The rules as patterns."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._readings = str.maketrans(dict(rules["readings"]))
        levels = [self._read(level) for level in rules["levels"]]
        words = [self._read(word) for word in rules["name_words"]]
        self.levels = sorted(levels, key=len, reverse=True)  # one may be a part of another
        self.signs = frozenset(word[-1] for word in (*rules["levels"], *rules["name_words"], *levels, *words))
        self.ends = frozenset(level[-1] for level in (*rules["levels"], *levels))
        self.quotes = [(self._read(pair[0]), self._read(pair[1])) for pair in rules["quotes"]]
        self.first, self.last = rules["alone"]["first"], rules["alone"]["last"]
        self.all_levels = self._read(rules["all_levels"])
        self.catalogue = _Catalogue(**rules["catalogue"])
        level = f"(?:{'|'.join(_GAP.join(map(re.escape, name)) for name in self.levels)})"
        pairs = dict.fromkeys((self._read(pair[0]), self._read(pair[1])) for pair in rules["brackets"])
        stars, weak = self._read(rules["stars"]), self._read(rules["weak_stars"])
        inside = f"<gap><grade>[{re.escape(stars + weak)}\\s,、·:-]{{0,5}}(?:<period>)?<gap>"
        parts = {
            "bracketed": "|".join(f"{re.escape(a)}{inside}{re.escape(b)}" for a, b in pairs),
            "word": "|".join(map(re.escape, words)),
            "label": _any_of(self._read(label) for label in rules["labels"]),
            "star": f"[{re.escape(stars)}]",
            "weak": f"[{re.escape(weak)}]",
            **{name: part if isinstance(part, str) else _any_of(part) for name, part in rules["parts"].items()},
            "grade": f"{level}(?:<gap>级)?",
            "level": level,
            "gap": _GAP,
        }
        self.forms = [_Form(form, parts, rules) for form in rules["forms"].values()]
        self.misread = str.maketrans(dict(rules["misread"]))

    def may_be_in(self, text: str) -> bool:
        return not self.signs.isdisjoint(text)

    def marking(self, text: str, *, first_page: bool) -> str:
        if not self.may_be_in(text):
            return ""
        text = self._upright(text)
        if level := self._anywhere(text):
            return level
        return self._at_the_ends(text) if first_page else ""

    def may_be_misread(self, text: str) -> bool:
        plain = self._read(text)
        meant = plain.translate(self.misread)
        if meant != plain and (self._anywhere(meant) or self._whole(meant.strip(), "head")):
            return True
        return bool(self._somewhere(meant, "picture"))

    def _at_the_ends(self, text: str) -> str:
        """Return the level that stands in a line by itself, or around a title; not one in a list of films."""
        lines = list(filter(None, (line.strip() for line in text.splitlines())))
        head = lines[: self.first]
        above = head[: self.catalogue.begins(head)]
        ends = above if len(above) < len(head) else [*head, *lines[max(self.first, len(lines) - self.last) :]]
        alone = (self._whole(line, "head") for line in ends)
        return next(filter(None, (*alone, *(self._somewhere(line, "title") for line in above))), "")

    def in_name(self, name: str) -> str:
        if not self.may_be_in(name):
            return ""
        name = self._upright(_SUFFIX.sub("", name)).strip()
        return self._anywhere(name) or self._somewhere(name, "name") or self._whole(name, "head") or self._part(name)

    def _anywhere(self, text: str) -> str:
        return self._somewhere(text, "anywhere")

    def _somewhere(self, text: str, where: str) -> str:
        for form in self.forms:
            if form.where == where:
                for match in form.pattern.finditer(text):
                    if form.is_excused(text, match) or self._is_quoted(text, match.start(), match.end()):
                        continue
                    if not (form.not_rated and self.catalogue.rates(text, match.start(), match.end())):
                        return self._bare(match[0])
        return ""

    def _whole(self, text: str, where: str) -> str:
        matches = (form.pattern.fullmatch(text) for form in self.forms if form.where == where)
        return next((self._bare(match[0]) for match in matches if match), "")

    def _part(self, name: str) -> str:
        """Return the level that a part of a name is, between the signs that part it."""
        at = 0
        for separator in [*_PARTING.finditer(name), None]:
            end = separator.start() if separator is not None else len(name)
            for form in self.forms:
                match = form.pattern.fullmatch(name, at, end) if form.where == "part" else None
                if match and not form.is_excused(name, match):
                    return self._bare(match[0])
            at = separator.end() if separator is not None else end
        return ""

    def _read(self, text: str) -> str:
        """Return ``text`` as it is compared: full-width as half-width, without what nobody sees, one script."""
        plain = unicodedata.normalize("NFKC", text).translate(_unseen()).translate(self._readings)
        return _ENDS.sub("\n", plain)

    def _upright(self, text: str) -> str:
        return _UPRIGHT.sub(lambda lines: _BLANKS.sub("", lines[0]), self._read(text))

    def _bare(self, words: str) -> str:
        """Return the level in what matched; where it names none, what they are called together, or what matched."""
        squeezed = _BLANKS.sub("", words)
        rest = squeezed.replace(self.all_levels, "")
        if rest != squeezed and not any(level in rest for level in self.levels):
            return self.all_levels
        squeezed = rest
        ends = {level: squeezed.rfind(level) + len(level) for level in self.levels if level in squeezed}
        return max(ends, key=lambda level: (ends[level], len(level))) if ends else squeezed

    def _is_quoted(self, text: str, start: int, end: int) -> bool:
        """Whether what stands there is between quotation marks, within a line: a text that explains the marking."""
        before, after = text[max(0, start - _AFTER) : start], text[end : end + _AFTER]
        before, after = before.rpartition("\n")[2], after.partition("\n")[0]
        for opening, closing in self.quotes:
            at = before.rfind(opening)
            if opening == closing and not _is_speech(text, start, end, opening):
                continue
            if at >= 0 and closing not in before[at + 1 :] and closing in after:
                return True
        return False


def _is_speech(text: str, start: int, end: int, mark: str) -> bool:
    """Whether what stands there is quoted in a sentence, where both marks are the same: data are quoted so as well.

    A pair is one from the line's start on, and a character of Chinese stands right before or behind it.
    """
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].partition("\n")[0]
    if before.count(mark) % 2 == 0 or mark not in after:
        return False
    outside = before[: before.rfind(mark)][-1:], after[after.find(mark) + 1 :][:1]
    return any("\u4e00" <= char <= "\u9fff" for char in outside)


class _Form:
    """One way in which a level is written, and what stands around it where it is something else."""

    def __init__(self, form: Mapping[str, Any], parts: Mapping[str, str], rules: Mapping[str, Any]) -> None:
        self.where: str = form["where"]
        self.pattern = _compiled(form["pattern"], parts)
        self.not_after = tuple(word for name in form.get("not_after", ()) for word in rules["not_after"][name])
        after = [rules["not_before"][name] for name in form.get("not_before", ())]
        self.not_before = tuple(word for words in after if not isinstance(words, str) for word in words)
        self.not_beside = [_compiled(rule, parts) for rule in after if isinstance(rule, str)]
        self.not_within = [_compiled(rules["not_within"][name], parts) for name in form.get("not_within", ())]
        self.not_across = tuple(rules["not_across"]) if form.get("not_across") else ()
        self.not_rated = bool(form.get("not_rated"))

    def is_excused(self, text: str, match: re.Match[str]) -> bool:
        """Whether the words around say that it is no marking; what parts them does not matter, lines do."""
        around = text[max(0, match.start() - _BEFORE) : match.start()].rpartition("\n")[2]
        before = _SEPARATORS.sub("", around)
        after = _BLANKS.sub("", text[match.end() : match.end() + _AFTER].partition("\n")[0])
        if before.endswith(self.not_after) or after.startswith(self.not_before):
            return True
        if any(rule.match(text, match.end()) for rule in self.not_beside):
            return True
        from_ = max(text.rfind("\n", 0, match.start()) + 1, match.start() - _WIDER)
        to = match.end() + _AFTER
        wider = (its for rule in self.not_within for its in rule.finditer(text, from_, to))
        if any(its.start() <= match.start() and match.end() <= its.end() for its in wider):
            return True
        return any(_lies_across(word, around, match[0]) for word in self.not_across)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """How the head of a list of works (films, songs, games) is told: below it a level is a title."""

    titles: Sequence[str]  # columns that say so by themselves
    names: Sequence[str]  # columns that do together with one of ``beside``
    beside: Sequence[str]
    ratings: Sequence[str]  # columns of stars

    def rates(self, text: str, start: int, end: int) -> bool:
        """Whether what stands there is a work and its stars: whole in a line below a head that has a column of them."""
        first = text.rfind("\n", 0, start) + 1
        line = text[first:].partition("\n")[0]
        if text[first:start].strip() or line[end - first :].strip() or not first:
            return False
        above = text[:first].splitlines()[-_RATED:]
        rows = [_cells(its) | self._run_together(its) for its in above if its.strip()]
        return any(not row.isdisjoint(self.ratings) and not row.isdisjoint((*self.titles, *self.names)) for row in rows)

    def begins(self, lines: Sequence[str]) -> int:
        """Return the 0-based line where such a head begins; the number of lines where there is none."""
        rows = [_cells(line) | self._run_together(line) for line in lines]
        for number, cells in enumerate(rows):
            near = set[str]().union(*rows[number : number + _HEAD])  # a page may have each cell in a line of its own
            if not cells.isdisjoint(self.titles):
                return number
            if not cells.isdisjoint(self.names) and not near.isdisjoint(self.beside):
                return number
        return len(lines)

    def _run_together(self, line: str) -> set[str]:
        """Return the columns that a line names and nothing else: read off a picture, they may have lost their gaps."""
        words = sorted({*self.titles, *self.names, *self.beside, *self.ratings}, key=len, reverse=True)
        plain, columns = "".join(line.replace("|", " ").split()), set[str]()
        while word := next((word for word in words if plain.startswith(word)), ""):
            columns.add(word)
            plain = plain.removeprefix(word)
        return columns if not plain else set()


def _cells(line: str) -> set[str]:
    """Return the cells of a line of a table, as a page gives it: between blanks, where all of them are short."""
    words = line.split()
    return set(words) if max(map(len, words), default=0) <= _TITLE else set(map(str.strip, _CELLS.split(line)))


def _compiled(pattern: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """Return a rule as a pattern: each ``<part>`` in it, and in its parts, stands for a group of its own."""
    while inner := _PART.search(pattern):
        pattern = pattern.replace(inner[0], parts["gap"] if inner[1] == "gap" else f"(?:{parts[inner[1]]})")
    return re.compile(pattern, re.M)


def _lies_across(word: str, before: str, match: str) -> bool:
    """Whether ``word`` begins in what stands before a match and ends in the match."""
    return any(before.endswith(word[:at]) and match.startswith(word[at:]) for at in range(1, len(word)))


def _any_of(words: Iterable[str]) -> str:
    """Return the alternatives as a pattern, the longest first, with blanks between their characters."""
    return "|".join(_GAP.join(map(re.escape, word)) for word in sorted(words, key=len, reverse=True))


@cache
def _unseen() -> Mapping[int, None]:
    """What nobody sees: format characters (Unicode category Cf) and variation selectors."""
    return {
        code: None
        for code in range(0x10000)
        if unicodedata.category(chr(code)) == "Cf" or 0xFE00 <= code <= 0xFE0F or 0x180B <= code <= 0x180F
    }


@cache
def _stock() -> _Forms:
    return _Forms(rules())

"""The seam on which wings stand: products of their own beside the spine, which never names one.

A wing is a package ``kaoping.wings.<id>`` whose ``WING`` says what it brings. Its functions are named as
``module:function`` below the wing and imported when they are needed: to know a wing costs next to nothing. Wings that
bring record kinds are of a domain, and a pack switches them on; what reads a format, looks at a file or is a command
serves every pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.core.findings import Findings
    from kaoping.core.model import Dossier

_ROOM = "kaoping.wings"
#: (kind, ids) → whether one of these records lies after the day of the document that is written.
Waits = Callable[[str, Iterable[str]], bool]


@dataclass(frozen=True, slots=True)
class Product:
    """An output that a wing adds to a package."""

    key: str  # its role in kaoping.json
    name: str  # of the file, without suffix, where the notice gives none
    suffix: str
    title: str  # what it is, for a person
    make: Callable[[date | None], bytes]  # the file's bytes, by the 报送日期
    internal: bool = True  # it stays out of a 报送稿


@dataclass(frozen=True, slots=True)
class Wing:
    """What a wing brings; every ``module:function`` may be empty."""

    title: str
    kinds: tuple[str, ...] = ()  # the record kinds that it works with
    documents: tuple[str, ...] = ()  # the common stock's documents that it writes
    data: Mapping[str, str] = field(default_factory=dict)  # a pack's folder → (pack) → None: raises what is wrong
    season: str = ""  # (dossier) → a unit's year as the wing sees it, which its other functions are handed
    check: str = ""  # (season, findings) → None: what is wrong with its records
    context: str = ""  # (season, numbers, waits) → dict: what the templates of its documents may name
    products: str = ""  # (season) → sequence of Product
    deadlines: str = ""  # (season) → dict: what is due by its own rules, by the key in a notice's due dates
    #: family of formats → (source, target) → Conversion: its pages
    families: Mapping[str, str] = field(default_factory=dict)
    #: such a family → (source) → (name, bytes) of each file that came in it
    carried: Mapping[str, str] = field(default_factory=dict)
    look: str = ""  # ((name, path) …) → context: looks through bundles meanwhile, gives out () → Findings
    paper: str = ""  # (path, name) → Findings: what is wrong with the form of a Word file, whoever made it
    mend: str = ""  # (path, target, text=, name=) → what became of it: a copy of such a file, its form mended
    commands: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # name → (module in cli, one line)


@cache
def wings() -> Mapping[str, Wing]:
    """Return all wings by id."""
    rooms = import_module(_ROOM)
    return {module.name: import_module(f"{_ROOM}.{module.name}").WING for module in iter_modules(rooms.__path__)}


def hook(id_: str, named: str) -> Callable[..., Any]:
    """Return the function that a wing names as ``module:function``."""
    module, _, name = named.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"{_ROOM}.{id_}.{module}"), name)
    return function


class Seasons:
    """The wings that a unit's pack switches on, each with the unit's year as it sees it, worked out once."""

    def __init__(self, dossier: Dossier) -> None:
        self._wings = {id_: wings()[id_] for id_ in dossier.pack.wings}
        self._seasons = {id_: hook(id_, wing.season)(dossier) for id_, wing in self._wings.items() if wing.season}

    def _all(self, which: Callable[[Wing], str], *arguments: Any) -> Iterator[Any]:
        for id_, wing in self._wings.items():
            if named := which(wing):
                yield hook(id_, named)(self._seasons[id_], *arguments)

    def check(self, findings: Findings) -> None:
        """Let each wing check its records."""
        for _ in self._all(lambda wing: wing.check, findings):
            pass

    def deadlines(self) -> dict[str, date]:
        """Return what is due by the wings' own rules."""
        return {key: day for due in self._all(lambda wing: wing.deadlines) for key, day in due.items()}

    def products(self) -> list[Product]:
        """Return the outputs that the wings add."""
        return [product for products in self._all(lambda wing: wing.products) for product in products]

    def context(self, id_: str, numbers: Mapping[str, str], waits: Waits) -> Mapping[str, Any]:
        """Return what the templates of a wing's documents may name; ``numbers`` gives each evidence path its 编号.

        What is told of records that ``waits`` is true of lies after the document's day, and has to be left out.
        """
        context: Mapping[str, Any] = hook(id_, self._wings[id_].context)(self._seasons[id_], numbers, waits)
        return context


def reader(family: str) -> Callable[[Path, Path], Any] | None:
    """Return what turns a file of ``family`` into PDF pages; None where no wing does."""
    for id_, wing in wings().items():
        if family in wing.families:
            return hook(id_, wing.families[family])
    return None


def carried(family: str) -> Callable[[Path], Iterable[tuple[str, bytes | None]]] | None:
    """Return what takes the files out of one of ``family``, each with its name; None where no wing does.

    The content is None where it can't be had.
    """
    for id_, wing in wings().items():
        if family in wing.carried:
            return hook(id_, wing.carried[family])
    return None


@contextmanager
def aside(files: Sequence[tuple[str, Path]]) -> Iterator[Callable[[], Findings]]:
    """Look through bundles, given as (name, path), as their reviewers will, while the block runs.

    What it gives out returns all that was found, once that is known.
    """
    from kaoping.core.findings import Findings

    with ExitStack() as stack:
        looks = [stack.enter_context(hook(id_, wing.look)(files)) for id_, wing in wings().items() if wing.look]
        yield lambda: Findings(finding for look in looks for finding in look())


def paper_hook(which: Callable[[Wing], str]) -> Callable[..., Any]:
    """Return the function that a wing has for any Word file; raises LookupError where no wing has one."""
    for id_, wing in wings().items():
        if named := which(wing):
            return hook(id_, named)
    raise LookupError("no wing looks at Word files")


def commands() -> dict[str, tuple[str, str]]:
    """Return the commands that wings bring: name → (module of the command line, one line)."""
    return {name: command for wing in wings().values() for name, command in wing.commands.items()}

"""The house as ARCHITECTURE.md draws it: rooms, one-way imports, no wing named in the spine, no domain in Python."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from culture import CULTURE, DOCUMENTS, RUBRIC
from kaoping import api
from kaoping.core import engine, resources, seam

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kaoping"

#: The rooms in the order in which data flows: a module may import from its own room and from those before it.
ROOMS = [
    "core",
    "pdf",
    "rubric",
    "records",
    "evidence",
    "scoring",
    "codification",
    "documents",
    "sheets",
    "bundle",
    "package",
    "verify",
    "wings",
    "pipeline",
    "batch",
    "api",
    "page",
]
#: Modules that stand outside the rooms: the package itself (its version), and the command line by another name.
LOOSE = {"__init__", "__main__", "api"}
PLACE = {"__init__": 0} | {room: number for number, room in enumerate(ROOMS, 1)} | {"cli": 98, "__main__": 99}
#: Attributes of a node that are names.
NAMED_BY = ("id", "arg", "attr", "name", "asname")
MODULES = sorted(SOURCE.rglob("*.py"))
DOORS = sorted((ROOT / "cli").glob("*.py"))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


class _Read(NamedTuple):
    """What stands in a module: parsing it takes longer than any question about it."""

    modules: frozenset[str]  # of ours that it imports when it runs, below ``kaoping``
    asked_for: frozenset[str]  # of ours that it imports at all or names, below ``kaoping``
    names: frozenset[str]
    texts: frozenset[str]


@cache
def _read(path: Path) -> _Read:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return _Read(
        frozenset(_modules(nodes)),
        frozenset(_asked_for(nodes)),
        frozenset(its for node in nodes for key in NAMED_BY if isinstance(its := getattr(node, key, ""), str)),
        frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)),
    )


def _seen(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node but what only a type checker reads."""
    unseen: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            unseen |= {inner for statement in node.body for inner in ast.walk(statement)}
    return (node for node in nodes if node not in unseen)


def _modules(nodes: Sequence[ast.AST]) -> set[str]:
    """The modules of ours that a module imports, below ``kaoping``."""
    found: set[str] = set()
    for node in _seen(nodes):
        if isinstance(node, ast.ImportFrom) and node.module == "kaoping":
            found |= {alias.name if alias.name in PLACE else "__init__" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kaoping."):
            found.add(str(node.module).removeprefix("kaoping."))
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names if alias.name.startswith("kaoping"))
            found |= {name.removeprefix("kaoping").lstrip(".") or "__init__" for name in names}
    return found


def _imports(path: Path) -> set[str]:
    """The rooms that a module imports when it runs."""
    return {module.split(".")[0] for module in _read(path).modules}


def test_every_module_has_its_room() -> None:
    rooms = {_room(path) for path in MODULES}
    assert rooms == set(ROOMS) | LOOSE
    assert {path.stem for path in SOURCE.glob("*.py")} == LOOSE


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in LOOSE])
def test_every_room_has_a_door_that_says_its_duty(room: str) -> None:
    assert ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text("utf-8")))


def test_the_table_of_the_house_names_its_rooms_in_order() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)/?`", page[page.index("| room | duty |") :].split("\n\n")[0], re.M)
    assert rows == ROOMS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    assert {room for room in _imports(path) if PLACE[room] > PLACE[_room(path)]} == set()


@pytest.mark.parametrize("path", sorted((SOURCE / "page").rglob("*.py")), ids=lambda path: path.name)
def test_the_page_talks_to_the_api_alone(path: Path) -> None:
    assert _imports(path) <= {"api", "page"}


# -- doors and private modules ----------------------------------------------------------------------------------------

#: Rooms whose modules stand behind their doors; what the others keep to themselves has still to be said.
CLOSED = [
    "pdf", "core", "rubric", "scoring", "evidence", "sheets", "bundle", "package", "verify",
    "wings.contest", "wings.lint", "wings.ofd", "wings.official", "pipeline", "records", "documents", "page",
    "batch", "codification",
]  # fmt: skip
#: Who asks for modules from outside. Tests and benchmarks look into the rooms, and are none of them.
ASKING = [*MODULES, *DOORS, *sorted((ROOT / "tools").rglob("*.py"))]
NAME_OF = {path: ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__") for path in MODULES}
#: Words that are no names: what was found, told, said, and whose own, a name should say.
VAGUE = {"found", "told", "said", "own", "one"}


def _home(module: str) -> str:
    """The room that a module below ``kaoping`` stands in; of a wing's, the wing."""
    return ".".join(module.split(".")[: 2 if module.startswith("wings.") else 1])


def _asked_for(nodes: Sequence[ast.AST]) -> set[str]:
    """The modules of ours that a file imports or, as ``kaoping.room.module:function``, names."""
    asked: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kaoping":
            asked |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            asked |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            asked |= set(re.findall(r"^(kaoping(?:\.\w+)+)(?::\w+)?$", node.value))
    return {module.removeprefix("kaoping.") for module in asked} & set(NAME_OF.values())


@pytest.mark.parametrize("path", ASKING, ids=_relative)
def test_what_is_private_is_asked_for_in_its_room_alone(path: Path) -> None:
    private = {module for module in _read(path).asked_for if any(part.startswith("_") for part in module.split("."))}
    assert {module for module in private if _home(module) != _home(NAME_OF.get(path, path.stem))} == set()


@pytest.mark.parametrize("room", CLOSED)
def test_what_is_not_private_is_asked_for_from_outside(room: str) -> None:
    asked = {
        module for path in ASKING if _home(NAME_OF.get(path, path.stem)) != room for module in _read(path).asked_for
    }
    open_ = {name for path, name in NAME_OF.items() if _home(name) == room and path.stem[0] != "_"}
    assert open_ - asked == set()


def test_a_module_has_a_name_of_its_own() -> None:
    """Whoever looks for a file by its name comes to one place."""
    stems = Counter(path.stem.strip("_") for path in MODULES if not path.stem.startswith("__"))
    assert {stem for stem, times in stems.items() if times > 1} == set()


@pytest.mark.parametrize("path", [*MODULES, *DOORS], ids=_relative)
def test_names_say_what_they_hold(path: Path) -> None:
    assert not {name.strip("_") for name in _read(path).names} & VAGUE


@pytest.mark.parametrize("path", DOORS, ids=lambda path: path.name)
def test_the_command_line_asks_the_api_and_only_names_the_types_that_it_hands_out(path: Path) -> None:
    allowed = {"api", "core", "pipeline", "rubric", "__init__"}
    brought = {module for wing in seam.wings().values() for module, _ in wing.commands.values()}
    others = {"wings"} if path.stem in brought else {"page"} if path.stem == "serve" else set()
    assert _imports(path) <= allowed | others


def test_the_door_names_what_it_imports() -> None:
    """What a type checker reads of ``api`` and what stands behind its names when it runs are the same."""
    tree = ast.parse((SOURCE / "api.py").read_text("utf-8"))
    checked = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kaoping.")
        for alias in node.names
    }
    assert checked == {(module, name) for module, names in api._BEHIND.items() for name in names}
    assert sorted(api.__all__) == sorted(name for _, name in checked)
    assert all(getattr(api, name) is not None for name in api.__all__)


# -- wings ------------------------------------------------------------------------------------------------------------

SPINE = [path for path in MODULES if _room(path) != "wings"]


@pytest.mark.parametrize("path", SPINE, ids=_relative)
def test_the_spine_names_no_wing(path: Path) -> None:
    assert _read(path).texts & set(seam.wings()) == set()
    assert "wings" not in _imports(path)


@pytest.mark.parametrize("name", seam.wings())
def test_a_wing_names_functions_that_are_there(name: str) -> None:
    wing = seam.wings()[name]
    hooks = [wing.season, wing.check, wing.context, wing.products, wing.deadlines, wing.look, wing.paper, wing.mend]
    for named in [*hooks, *wing.data.values(), *wing.families.values()]:
        assert not named or callable(seam.hook(name, named))
    assert all((ROOT / "cli" / f"{module}.py").is_file() for module, _ in wing.commands.values())
    assert set(wing.kinds) <= {path.stem for path in resources.schema("records").glob("*.yaml")}


# -- the domain is data -----------------------------------------------------------------------------------------------

OWN = [kind for name, kind in CULTURE.kinds.items() if name not in engine.KINDS]
NAMES = {kind.name for kind in OWN}
TITLES = (
    {kind.title for kind in OWN} | {kind.name for kind in DOCUMENTS.values()} | {line.title for line in RUBRIC.lines}
)
#: Options of two characters (警告, 其他) are words of the language; longer ones are a domain's.
OPTIONS = {option for kind in OWN for field in kind.fields for option in field.options if len(option) > 2}
#: Strings of the engine that hold such a word and mean something else, each with its reason.
MEANT_OTHERWISE = {
    ("src/kaoping/core/workdays.py", "work"): "the key of workdays.yaml for days on which people work",
    (
        "src/kaoping/scoring/gaps.py",
        "自评报告",
    ): "what every office calls its report to whoever scores it",
    ("cli/main.py", "案件"): "an example of a ledger, in the help page",
    ("cli/main.py", "检查记录"): "检查 is a verb here: the records are checked",
}


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def _of_a_domain(path: Path) -> set[tuple[str, str]]:
    """The words of a domain that stand in a module: names of its kinds, titles and options inside a text."""
    inside = path.relative_to(SOURCE).parts if path.is_relative_to(SOURCE) else ()
    wing = seam.wings().get(inside[1]) if inside[:1] == ("wings",) and len(inside) > 1 else None
    own = set(wing.kinds) if wing is not None else set()  # a wing works with its own records
    kinds = [CULTURE.kinds[name] for name in own]
    own |= {kind.title for kind in kinds} | {option for kind in kinds for its in kind.fields for option in its.options}
    own |= {DOCUMENTS[name].name for name in (wing.documents if wing is not None else ())}
    found: set[tuple[str, str]] = set()
    for text in _texts(path):
        found |= {(_relative(path), text)} if text in NAMES - own else set()
        found |= {(_relative(path), word) for word in (TITLES | OPTIONS) - own if word in text}
    return found


def test_no_string_in_python_is_a_domains() -> None:
    found = {word for path in [*MODULES, *DOORS] for word in _of_a_domain(path)}
    assert found == set(MEANT_OTHERWISE)
    assert len(MEANT_OTHERWISE) <= 10


def test_no_line_is_named_in_python() -> None:
    """Ids of lines that are no plain numbers (26+, B3 …) stand in the rubric alone."""
    code = "\n".join(path.read_text("utf-8") for path in [*MODULES, *DOORS])
    ids = [line.id for line in RUBRIC.lines if not line.id.isdigit()]
    assert [id_ for id_ in ids if re.search(rf"[\"']{re.escape(id_)}[\"']", code)] == []


def test_the_data_folders_hold_no_code() -> None:
    for folder in (resources.schema(), resources.template()):
        for path in folder.rglob("*.py"):
            assert [type(node) for node in ast.parse(path.read_text("utf-8")).body] == [ast.Expr], path.name

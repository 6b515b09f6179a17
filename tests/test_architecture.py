"""The house as ARCHITECTURE.md draws it: imports run one way, and no rubric's item is named in Python."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kaoping.core import resources
from kaoping.rubric.load import load

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
    "documents",
    "sheets",
    "bundle",
    "package",
    "verify",
    "wings",
    "pipeline",
    "api",
]
#: At most six modules stand outside the rooms; any may import the package itself (its version).
LOOSE = {"__init__", "__main__", "api"}
PLACE = {"__init__": 0, "__main__": 99} | {room: number for number, room in enumerate(ROOMS, 1)}
MODULES = sorted(SOURCE.rglob("*.py"))


def _room(module: str) -> str:
    return module.removeprefix("kaoping").lstrip(".").split(".")[0] or "__init__"


def _imports(path: Path) -> set[str]:
    """The rooms that a module imports when it runs; what only a type checker reads does not count."""
    tree = ast.parse(path.read_text("utf-8"))
    unseen: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            unseen |= {inner for statement in node.body for inner in ast.walk(statement)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in unseen:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "kaoping":
            found |= {alias.name if alias.name in PLACE else "__init__" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kaoping."):
            found.add(_room(node.module or ""))
        elif isinstance(node, ast.Import):
            found |= {_room(alias.name) for alias in node.names if alias.name.startswith("kaoping")}
    return found


def test_every_module_has_its_room() -> None:
    rooms = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert rooms == set(PLACE)
    assert {path.stem for path in SOURCE.glob("*.py")} == LOOSE


def test_every_room_has_a_door() -> None:
    for room in ROOMS:
        if room not in LOOSE:
            assert ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text("utf-8"))), room


#: Imports that still run back, to be mended.
BACKWARDS = {
    "evidence/judge.py": {"wings"},
    "package/handed_in.py": {"verify"},
    "records/export.py": {"pipeline"},
    "records/starter.py": {"pipeline"},
    "records/workbook/rubric_rows.py": {"scoring"},
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    later = {room for room in _imports(path) if PLACE[room] > PLACE[own]}
    assert later == BACKWARDS.get(path.relative_to(SOURCE).as_posix(), set())


@pytest.mark.parametrize("path", sorted((ROOT / "cli").glob("*.py")), ids=lambda path: path.name)
def test_the_command_line_asks_the_api_and_only_names_the_types_that_it_hands_out(path: Path) -> None:
    assert _imports(path) <= {"api", "core", "pipeline", "rubric", "__init__"}


def test_no_item_of_a_rubric_is_named_in_python() -> None:
    """Titles and ids of lines (10, 26+, B3 …) stand in the rubric alone."""
    rubric = load("province-2017")
    code = "\n".join(path.read_text("utf-8") for path in [*MODULES, *(ROOT / "cli").glob("*.py")])
    assert [line.title for line in rubric.lines if line.title in code] == []
    ids = [line.id for line in rubric.lines if not line.id.isdigit()]
    assert [id_ for id_ in ids if re.search(rf"[\"']{re.escape(id_)}[\"']", code)] == []


def test_the_data_folders_hold_no_code() -> None:
    for folder in (resources.schema(), resources.template()):
        for path in folder.rglob("*.py"):
            assert [type(node) for node in ast.parse(path.read_text("utf-8")).body] == [ast.Expr], path.name

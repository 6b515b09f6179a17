"""The licence of everything in a kit: each library's own texts and lists of parts, and one list of all."""

from __future__ import annotations

import shutil
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from kit_maker.uv import KitError

#: Texts for libraries whose wheels hold none, by name.
_GIVEN = Path(__file__).parent / "licences_of"
_WORDS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
#: Where a library's home is looked for first, of the links that it gives.
_HOMES = ("homepage", "home", "source", "source code", "repository", "code", "github", "documentation")
_LIST = "许可一览.txt"
_HEAD = """\
本文件夹里有下列组件，各按自己的许可使用；许可全文在同名的文件夹里。
有 sboms 的，里面列着编进它的每一个部分和各自的许可（typst 还带着字体：Libertinus Serif、New Computer Modern、
DejaVu Sans Mono，按 OFL-1.1、GUST、Bitstream Vera 的许可）。

"""


def collect(site: Path, python: Path | None, target: Path, *, about_python: str, name: str = _LIST) -> None:
    """Copy the licence texts of CPython and the libraries to ``target``, and list name, version, licence, home.

    The list is called ``name``; without ``python`` it is of libraries alone. Raises KitError for a library without any
    text.
    """
    rows = [about_python] if python is not None else []
    if python is not None:
        texts = sorted(
            path for path in python.rglob("LICENSE*") if path.is_file() and "site-packages" not in path.parts
        )
        if not texts:
            raise KitError("给的 Python 里没有许可（LICENSE）。")
        _copy(texts[0], target / "CPython" / "LICENSE.txt")
    for info in sorted(site.glob("*.dist-info"), key=lambda path: path.name.lower()):
        about = HeaderParser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
        library = f"{about['Name']}-{about['Version']}"
        own = [path for path in sorted(info.rglob("*")) if path.is_file() and _tells(path, info)]
        given = _GIVEN / f"{about['Name'].lower()}.txt"
        beside = [] if any(_is_licence(path, info) for path in own) else _beside_its_code(site, str(about["Name"]))
        for path in beside:
            _copy(path, target / library / path.name)
        if not (beside or given.is_file() or any(_is_licence(path, info) for path in own)):
            raise KitError(f"{library} 没有附许可全文：请放一份在 {given}。")
        for path in own:
            _copy(path, target / library / path.relative_to(info))
        if given.is_file():
            _copy(given, target / library / "LICENSE.txt")
        rows.append(f"{library}　{_licence(about)}　{_home(about)}")
    target.mkdir(parents=True, exist_ok=True)
    (target / name).write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8-sig")


def _beside_its_code(site: Path, name: str) -> list[Path]:
    """Return the texts that a library keeps in its package and not in its metadata."""
    package = site / name.lower().replace("-", "_")
    texts = [path for path in sorted(package.glob("*")) if any(word in path.name.upper() for word in _WORDS)]
    return [path for path in texts if path.is_file() and path.suffix != ".py"]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _tells(path: Path, info: Path) -> bool:
    return _is_licence(path, info) or "sboms" in path.relative_to(info).parts


def _is_licence(path: Path, info: Path) -> bool:
    inside = path.relative_to(info)
    return inside.parts[0] == "licenses" or any(word in path.name.upper() for word in _WORDS)


def _licence(about: Message) -> str:
    if about["License-Expression"]:
        return str(about["License-Expression"])
    stated = [its.rsplit(" :: ", 1)[-1] for its in about.get_all("Classifier", []) if its.startswith("License ::")]
    first_line = str(about["License"] or "").strip().splitlines()[:1]
    return "、".join(stated) or (first_line[0][:60] if first_line else "见许可全文")


def _home(about: Message) -> str:
    links = {}
    for link in about.get_all("Project-URL", []):
        label, _, address = str(link).partition(",")
        links[label.strip().lower()] = address.strip()
    return str(about["Home-page"] or next((links[name] for name in _HOMES if name in links), ""))

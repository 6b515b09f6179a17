"""Where a unit's folder may stand on this computer: looked for, chosen, and refused before anything is made there."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import KaopingError, refused, why_not_read
from kaoping.core.file_names import is_nobodys, why_not_portable
from kaoping.core.model import Location
from kaoping.records.readers.sources import is_unit

#: Characters of a unit's folder: Excel opens no path over 218, and its files lie some levels deeper.
_LONGEST = 150
_MOST = 500  # folders that are shown of one
_NOT_THERE = "没有这个文件夹，或者盘没有连上"
_QUOTES = "\"'“”‘’"
_ABOVE = 2  # levels: what was dragged or copied may be the workbook, 材料, or a file in there


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to go into; ``is_unit`` where it is a unit's."""

    title: str
    folder: Path
    is_unit: bool = False


@dataclass(frozen=True, slots=True)
class Folders:
    """What folders stand in one; ``more`` that are not shown."""

    folder: Path
    is_unit: bool
    folders: tuple[Place, ...]
    more: int


def units_home() -> Path:
    """Return the folder in which new units go unless somebody says otherwise."""
    import platformdirs

    return platformdirs.user_documents_path() / "考评包"


def starting_places() -> list[Place]:
    """Return where people keep their folders: documents, desktop, home, what is plugged in."""
    import platformdirs

    named = [
        ("文档", platformdirs.user_documents_path()),
        ("桌面", platformdirs.user_desktop_path()),
        ("个人文件夹", Path.home()),
        *((_titled(drive), drive) for drive in _drives()),
    ]
    places: dict[Path, Place] = {}
    for title, folder in named:
        if _is_folder(folder):
            places.setdefault(folder, Place(title, folder))
    return list(places.values())


def folders_in(folder: Path) -> Folders:
    """Return the folders in ``folder``, by name, without hidden ones. Raises KaopingError where it can't be read."""
    try:
        with os.scandir(fs.reachable(folder)) as entries:
            names = sorted(entry.name for entry in entries if _is_shown(entry))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from None
    shown = tuple(Place(name, folder / name, is_unit(folder / name)) for name in names[:_MOST])
    return Folders(folder, is_unit(folder), shown, len(names) - len(shown))


def unit_at(written: str) -> Path:
    """Return the unit's folder that somebody wrote, pasted or dragged; something in it will do.

    Raises KaopingError where there is none.
    """
    folder = _path(written)
    if not folder.is_absolute():
        raise refused("place.unsuitable", Location(written), name=written, why="它不是完整的路径")
    try:
        if not fs.reachable(folder).exists():
            raise refused(
                "place.unreadable", Location(folder.name), name=str(folder), why="没有这个文件夹，或者盘没有连上"
            )
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from None
    for place in (folder, *list(folder.parents)[:_ABOVE]):
        if _is_folder(place) and is_unit(place):
            return place
    raise refused("unit.no_folder", Location(folder.name))


def folder_for_unit(parent: str, name: str) -> Path:
    """Return the folder ``name`` in ``parent`` for a new unit, which is made by nobody yet.

    Raises KaopingError where no unit may stand there: what Excel and Windows can't open, the program's own folder.
    """
    above = _path(parent)
    folder = above / name
    why = ""
    if not above.is_absolute():
        why = "前面要写完整的路径，如 D:\\考评" if os.name == "nt" else "前面要写完整的路径，以 / 开头"
    elif not name or (reason := why_not_portable(name)):
        why = f"文件夹的名称不行：{reason if name else '没有写'}"
    elif len(str(folder)) > _LONGEST:
        why = f"路径有 {len(str(folder))} 个字，太长，Excel 打不开里面的文件"
    elif any((place / "app" / "kit.txt").is_file() for place in (above, *above.parents)):
        why = "这是考评包自己的文件夹，换新版时会删掉"
    if why:
        raise refused("place.unsuitable", Location(name), name=str(folder), why=why)
    return folder


def _path(written: str) -> Path:
    text = written.replace("\0", "").strip().strip(_QUOTES).strip()
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody of that name
        return Path(text)


def _is_shown(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "$", "~")) or is_nobodys(entry.name):
        return False
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return fs.reachable(path).is_dir()
    except (OSError, ValueError):
        return False


def _drives() -> Iterator[Path]:
    if os.name == "nt":
        yield from (Path(f"{letter}:\\") for letter in string.ascii_uppercase if os.path.exists(f"{letter}:\\"))  # noqa: PTH110
        return
    for above in (Path("/media"), Path("/run/media"), Path("/Volumes"), Path("/mnt")):
        for folder in sorted(above.glob("*")) if _is_folder(above) else ():
            is_users = folder.name == Path.home().name  # /media/用户/盘
            yield from (sorted(filter(_is_folder, folder.glob("*"))) if is_users else ()) or [folder]
    yield Path("/")


def _titled(drive: Path) -> str:
    return f"{drive.drive} 盘" if drive.drive else re.sub(r"^$", "整台电脑", drive.name)


def _unreadable(folder: Path, error: Exception) -> KaopingError:
    why = why_not_read(error) if isinstance(error, OSError) else "路径写得不对"
    return refused("place.unreadable", Location(folder.name), name=str(folder), why=why)

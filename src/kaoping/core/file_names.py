"""File names that every computer can hold: what Windows, macOS and a careful reader of packages refuse, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

#: Characters that Windows refuses, each with its full-width twin, which is allowed everywhere. ``%`` is legal, but
#: BagIt readers disagree on how a manifest writes it (RFC 8493 section 2.1.3; bagit-python 1.9 does not decode it).
_WIDE = str.maketrans('<>:"|?*\\/%', "＜＞：＂｜？＊＼／％")
_REFUSED = re.compile(r'[<>:"|?*\\/]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST = 255  # UTF-16 units of one name: NTFS and exFAT

#: What systems, office programs (Office, WPS, LibreOffice) and downloads that did not end leave behind by themselves.
_LEFT_BEHIND = (
    "~$*", ".~*", "._*", "~*.tmp", "thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", ".localized",
    "*.crdownload", "*.partial", "*.downloading", "*.xltd",
)  # fmt: skip


def is_left_behind(name: str) -> bool:
    """Whether a file of this name is nobody's: a lock, a thumbnail, half a download."""
    return any(fnmatchcase(name.casefold(), pattern) for pattern in _LEFT_BEHIND)


def is_nobodys(name: str) -> bool:
    """Whether a file among the program's own (records, templates, packs) is none of them: hidden, or left behind."""
    return name.startswith(".") or is_left_behind(name)


def why_not_portable(name: str) -> str:
    """Say in Chinese why ``name``, one part of a path, can't be used on Windows; "" if it can."""
    if not name:
        return "名字是空的"
    if _SURROGATE.search(name):
        return "名字的编码不对，不是能显示的文字"
    if _CONTROL.search(name):
        return "含有换行、制表等看不见的控制字符"
    if refused := sorted(set(_REFUSED.findall(name))):
        return f"含有 {' '.join(refused)} ，Windows 的文件名里不许有"
    if name[-1] in ". ":
        return "以句点或空格结尾，Windows 会悄悄去掉它"
    if is_device(name):
        return "是 Windows 保留给设备的名字"
    if len(name.encode("utf-16-le")) // 2 > _LONGEST:
        return f"超过{_LONGEST}个字符"
    return ""


def is_device(name: str) -> bool:
    """Whether Windows takes ``name`` for a device (``NUL``, ``com1.txt``, ``aux .pdf``)."""
    return bool(_DEVICE.fullmatch(name.split(".", 1)[0].rstrip(" ")))


def portable(name: str) -> str:
    """Return ``name`` changed as little as makes it usable everywhere: full-width twins, no dot or blank at its end.

    >>> portable("完成率100%:A?.docx")
    '完成率100％：A？.docx'
    >>> portable("nul.txt")
    '_nul.txt'
    """
    kept = _CONTROL.sub("", _SURROGATE.sub("", unicodedata.normalize("NFC", name))).translate(_WIDE).rstrip(". ")
    return f"_{kept}" if not kept or is_device(kept) else kept


def collisions(paths: Iterable[str], seen: dict[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield pairs of paths (with ``/``) that differ here and are one file, or one folder, on Windows or macOS.

    ``seen`` are those of earlier calls, which the paths are added to.
    """
    seen = {} if seen is None else seen
    for path in paths:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            spelled = "/".join(parts[:depth])
            other = seen.setdefault(unicodedata.normalize("NFC", spelled).casefold(), spelled)
            if other != spelled:
                yield other, spelled
                break


def why_unsafe(path: str) -> str:
    """Say in Chinese why a path found in somebody's package must not be opened; "" where it may.

    Refused are paths that leave the package on any system: absolute, ``..``, ``~``, a drive, a UNC share, a device
    name, a backslash (a separator on Windows), control characters (RFC 8493 section 5.1: special directory characters).
    """
    if not path or _CONTROL.search(path) or _SURROGATE.search(path):
        return "路径是空的，或含有控制字符"
    if path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "是绝对路径或网络路径，指向成果包之外"
    if path.startswith("~"):
        return "以 ~ 开头，可能指向个人文件夹"
    if "\\" in path:
        return "含有反斜杠，在 Windows 上会变成另一个路径"
    parts = path.split("/")
    if ".." in parts or "." in parts or "" in parts:
        return "含有 .. 之类的跳转，可能指向成果包之外"
    if device := next((part for part in parts if is_device(part)), ""):
        return f"“{device}”是 Windows 的设备名"
    return ""

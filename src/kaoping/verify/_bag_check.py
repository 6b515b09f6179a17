"""The bag itself: may its files be opened, are they all there, are they as they were packed (RFC 8493 section 3)."""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from kaoping.core import file_names, fs
from kaoping.core.file_names import is_left_behind
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import bag


def is_package(package: Path, findings: Findings) -> bool:
    """Whether ``package`` is a folder with a bagit.txt; a finding where it is not."""
    why = ""
    if not package.is_dir():
        why = "不是文件夹" if package.exists() else "找不到它"
    elif not (package / bag.DECLARATION).is_file():
        why = f"里面没有 {bag.DECLARATION}"
    if why:
        findings.add("verify.no_package", Location(package.name), name=package.name, why=why)
    return not why


def check_names(package: Path, findings: Findings) -> bool:
    """Whether every name in the package and in its manifests stays inside it: judged before any of them is opened."""
    before = len(findings)
    for path in bag.files(package):
        if (package / path).is_symlink():
            _unsafe(path, "文件夹", "是指向别处的快捷方式", findings)
        elif why := fs.why_not_regular(package / path):
            _unsafe(path, "文件夹", why, findings)
    if len(findings) > before:
        return False
    for manifest in sorted(package.glob("*manifest-*.txt")):
        for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = line.split(None, 1)
            # An asterisk before the name is md5sum's mark for binary mode, which old bags carry.
            path = bag.decode_path(parts[1].removeprefix("*")) if len(parts) == 2 else ""
            if path and (why := file_names.why_unsafe(path)):
                _unsafe(path, manifest.name, why, findings)
    if (package / "fetch.txt").exists():
        _unsafe("fetch.txt", "文件夹", "它要求从网上下载文件，本工具的成果从不这样", findings)
    return len(findings) == before


def check(package: Path, findings: Findings) -> None:
    """Tell missing, unexpected and changed files apart; the reading and the naming are bagit-python's."""
    import bagit

    with _quiet():
        try:
            made = bagit.Bag(str(package))
        except (bagit.BagError, ValueError, OSError) as error:
            findings.add("verify.bag_damaged", Location(package.name), why=str(error).replace(str(package), ""))
            return
        before = len(findings)
        # bagit-python decodes %0D and %0A and leaves %25 (RFC 8493 section 2.1.3)
        entries = {_key(path.replace("%25", "%")): digests for path, digests in made.entries.items()}
        present = {_key(path): path for path in bag.files(package)}
        _compare(package, entries, present, findings)
        is_reported = len(findings) > before or any("%" in key for key in entries)
        if is_reported:  # it would say the same again, or stumble over the %
            return
        try:
            made.validate(completeness_only=True)
        except (bagit.BagError, ValueError) as error:
            findings.add("verify.bag_damaged", Location(package.name), why=str(error).replace(str(package), ""))


def _compare(package: Path, entries: dict[str, dict[str, str]], present: dict[str, str], findings: Findings) -> None:
    for key in sorted(entries.keys() - present.keys()):
        findings.add("verify.bag_missing", Location(key), name=key)
    for key in sorted(present.keys() - entries.keys()):
        if key == bag.TAG_MANIFEST:
            continue
        junk = is_left_behind(key.rpartition("/")[2])
        findings.add("verify.bag_junk" if junk else "verify.bag_unexpected", Location(key), name=key)
    both = sorted(entries.keys() & present.keys())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = pool.map(lambda key: fs.sha256(package / present[key]), both)
        for key, digest in zip(both, digests, strict=True):
            if entries[key].get("sha256", "").lower() != digest:
                findings.add("verify.bag_changed", Location(key), name=key)


def _key(path: str) -> str:
    """Return the name by which two spellings are compared: macOS stores NFD, Windows writes backslashes."""
    return unicodedata.normalize("NFC", path.replace(os.sep, "/"))


def _unsafe(path: str, where: str, why: str, findings: Findings) -> None:
    shown = path.encode("utf-8", "backslashreplace").decode()
    findings.add("verify.unsafe_name", Location(where), name=shown, where=where, why=why)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep bagit-python's log off the screen: it reports each fault there in English, and so do we, in Chinese."""
    logger = logging.getLogger("bagit")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before

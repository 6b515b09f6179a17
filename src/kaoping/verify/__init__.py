"""Verifying a package (核对): everything is opened again and compared with kaoping.json, and with itself.

The readers here are other than the writers (pypdf and pdfium for what pikepdf and Typst wrote, calamine and openpyxl
for XlsxWriter), so that one library's mistake is not taken for the truth. Nothing in the package is trusted, not even
its file names.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kaoping.core.errors import KaopingError, is_machines, why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import manifest, shape
from kaoping.verify import _bag_check, _bundle_check, _changes_check, _internal_check, _masked_check, _points_check
from kaoping.verify._opened_package import OpenedPackage

#: The code of the finding that a check could not be carried out.
CHECK_FAILED = "verify.check_failed"
_LONGEST = 200  # characters of what a library says
Check = Callable[[OpenedPackage, Findings], None]
#: What is checked, in this order, each under the name that a person would give it.
_CHECKS: tuple[tuple[str, Check], ...] = (
    ("佐证材料汇编的页数、页码、编号、目录和书签", _bundle_check.check),
    ("遮盖过的页", _masked_check.check),
    ("各处的分数", _points_check.check),
    ("补充材料写的变动", _changes_check.check),
    ("报送稿里有没有内部内容", _internal_check.check),
)


def verify(package: Path, *, fresh: bool = False) -> Findings:
    """Check the package in the folder ``package`` and return what is wrong; nothing where all is well.

    First what may be opened at all (names that lead out of the package), then the bag (RFC 8493 section 3: complete and
    valid), then kaoping.json, then its contents. A check that fails to run is a finding too (CHECK_FAILED): no error of
    the package, but it never counts as passed.
    Raises nothing for anything found in the package; OSError where one that was just written (``fresh``) can't be read,
    for that is the disk's doing and says nothing about the package.
    """
    findings = Findings()
    try:
        if not _bag_check.is_package(package, findings) or not _bag_check.check_names(package, findings):
            return findings
    except OSError as error:
        if fresh:
            raise
        findings.add("verify.not_readable", Location(package.name), name=package.name, why=why_not_read(error))
        return findings
    _guard("文件是否齐全、有没有被改过", lambda: _bag_check.check(package, findings), findings, fresh)
    document = shape.load(package, findings)
    if document is None:
        return findings
    with OpenedPackage(package, document) as opened:
        for title, check in _CHECKS:
            _guard(title, lambda check=check: check(opened, findings), findings, fresh)  # type: ignore[misc]
    return findings


def bundles(package: Path) -> list[tuple[str, Path]]:
    """Return name and path of the bundle's volumes in a package; none where its kaoping.json can't be read."""
    document = shape.load(package, Findings())
    if document is None:
        return []
    return [(row["path"], package / row["path"]) for row in OpenedPackage(package, document).files(manifest.BUNDLE)]


def _guard(title: str, check: Callable[[], None], findings: Findings, fresh: bool) -> None:
    """Run a check; one that breaks, with whatever exception, says nothing about the package, and is told."""
    try:
        check()
    except KaopingError as error:
        findings.extend(error.findings)
    except Exception as error:
        if fresh and is_machines(error):
            raise
        deep = isinstance(error, RecursionError)
        why = "文件的结构套得太深" if deep else f"{type(error).__name__}：{error}"[:_LONGEST]
        findings.add(CHECK_FAILED, Location(), check=title, why=why)

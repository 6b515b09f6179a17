"""What a pack holds, line by line, for whoever wants to read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.documents import documents_of
from kaoping.evidence import personal, secrecy
from kaoping.evidence.added import words_of
from kaoping.rubric.load import FILE as RUBRIC
from kaoping.rubric.load import NOTICE, SHAPES, load


def shown(pack: Pack) -> Iterator[str]:
    """Yield lines on where the pack comes from and what is in it; raises KaopingError for a broken one."""
    rubric = load(pack)
    yield f"{pack.title}（{pack.id}，{pack.year}年）"
    yield f"  文件夹：{pack.folder}"
    if len(pack.layers) > 1:
        yield f"  扩展：{' → '.join(layer.description.id for layer in reversed(pack.layers))}"
    if pack.also:
        yield f"  也叫：{'、'.join(pack.also)}"
    yield f"  单位级别：{'、'.join(pack.levels)}"
    yield f"  考评细则：{rubric.title}，{len(rubric.sections)}个部分，{len(rubric.lines)}项"
    for section in rubric.sections:
        yield f"    {section.id} {section.title}：{'、'.join(line.id for line in section.lines)}"
    kinds = [kind.title for name, kind in pack.kinds.items() if name not in ENGINE]
    yield f"  记录种类：{'、'.join(kinds)}"
    yield f"  文稿：{'、'.join(kind.name for kind in documents_of(pack).values()) or '（没有）'}"
    if pack.wings:
        yield f"  副翼：{'、'.join(pack.wings)}"
    if added := list(_added(pack)):
        yield f"  材料里另外查的：{'；'.join(added)}"
    yield f"  SHA-256：{pack.digest()}"


def _added(pack: Pack) -> Iterator[str]:
    """What the pack adds to the words by which secrets and personal data are told."""
    added = words_of(pack).added
    if marks := added.get(secrecy.FILE):
        yield f"密级标志 {'、'.join(word for words in marks.values() for word in words)}"
    if kinds := added.get(personal.FILE):
        titles = [f"姓{rule}" if id_ == personal.SURNAMES else rule["title"] for id_, rule in kinds.items()]
        yield f"个人信息 {'、'.join(titles)}"


def merged(pack: Pack) -> Iterator[str]:
    """Yield the pack's rubric and notice as YAML, all layers laid over one another. Raises KaopingError."""
    import yaml

    findings = Findings()
    node = pack.merged(RUBRIC, SHAPES, findings)
    if findings.errors:
        raise KaopingError(findings.sorted())
    written: dict[str, Any] = {RUBRIC: node.plain() if node is not None else None}
    written[NOTICE] = dict(load(pack).notice.values)
    for name, values in written.items():
        yield f"# {name}"
        yield from yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10**6).splitlines()
        yield ""

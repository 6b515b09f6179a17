"""What a pack holds, line by line, for whoever wants to read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.documents import documents_of
from kaoping.evidence.pack_words import additions
from kaoping.rubric.layers import FILE as RUBRIC
from kaoping.rubric.layers import NOTICE, rubric_node
from kaoping.rubric.load import load


def summary_lines(pack: Pack) -> Iterator[str]:
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
    if added := additions(pack):
        yield f"  材料里另外查的：{'；'.join(added)}"
    yield f"  SHA-256：{pack.digest()}"


def rubric_lines(pack: Pack) -> Iterator[str]:
    """Yield the pack's rubric and notice as YAML, all layers laid over one another. Raises KaopingError."""
    import yaml

    findings = Findings()
    node = rubric_node(pack, findings)
    if findings.errors:
        raise KaopingError(findings.sorted())
    written: dict[str, Any] = {RUBRIC: node.plain() if node is not None else None}
    written[NOTICE] = dict(load(pack).notice.values)
    for name, values in written.items():
        yield f"# {name}"
        yield from yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10**6).splitlines()
        yield ""

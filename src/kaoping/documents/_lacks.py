"""What the blanks (待补) of a document lack, as places to record it in.

A template names a fact of its document, or a kind of records; a figure that nobody could count names what it counts.
"""

from __future__ import annotations

from dataclasses import replace

from kaoping.core.engine import INDICATOR, UNIT
from kaoping.core.figures import Lack
from kaoping.core.model import Dossier
from kaoping.core.packs import Pack
from kaoping.documents.kinds import DocumentKind, GroupFact, How, ListFact, RecordsFact
from kaoping.rubric.explanation import lacks_of
from kaoping.rubric.rules.evaluation import Measure, walk


def known(lack: Lack | None, document: DocumentKind, dossier: Dossier) -> Lack | None:
    """Return ``lack`` with kind and fields that there are, a fact's name replaced by what it is made of; else None.

    A unit's own template may name whatever it likes.
    """
    pack = dossier.pack
    if lack is None or lack.question:
        return lack
    if lack.kind in document.facts:
        of_fact = of_how(document.facts[lack.kind].how, dossier)
        if of_fact is None:
            return None
        given = dict(of_fact.given) | dict(lack.given)
        lack = replace(of_fact, field=lack.field or of_fact.field, id=lack.id, given=tuple(given.items()))
    kind = pack.kinds.get(lack.kind)
    if kind is None:
        return None
    given = {name: value for name, value in lack.given if kind.field(name) is not None}
    return replace(lack, field=lack.field if kind.field(lack.field) else "", given=tuple(given.items()))


def of_how(how: How, dossier: Dossier) -> Lack | None:
    """Return what is to be recorded where ``how`` comes to nothing."""
    match how:
        case ListFact():
            return Lack(how.kind.name, how.fields[0].name, given=how.where.entries)
        case RecordsFact():
            return Lack(how.kind.name, given=how.where.entries)
        case GroupFact():
            return Lack(how.kind.name)
    return of_measure(how, dossier)


def of_measure(measure: Measure, dossier: Dossier) -> Lack | None:
    """Return what a measure that can't be told lacks: of the kinds that it counts first one that has no records."""
    lacks = lacks_of(walk(measure))
    kinds = [lack for lack in lacks if lack.kind not in (UNIT, INDICATOR)] or lacks
    lack = next((its for its in kinds if dossier.table(its.kind) is None), next(iter(kinds), None))
    return replace(lack, given=()) if lack is not None else None  # what it looks at may be of other sorts too


def in_words(lack: Lack, pack: Pack) -> str:
    """Return where something is to be recorded, in a clerk's words: `在“单位情况”里填“主送机关”`."""
    kind = pack.kinds[lack.kind]
    field = kind.field(lack.field)
    if kind.single or lack.id:
        return f"在“{kind.title}”{'' if kind.single else f'的 {lack.id} '}里填“{field.title if field else ''}”"
    entries = "、".join(f"{its.title}填“{value}”" for name, value in lack.given if (its := kind.field(name)))
    return f"在“{kind.title}”里加一条" + (f"：{entries}" if entries else "")

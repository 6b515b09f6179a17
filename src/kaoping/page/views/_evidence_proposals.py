"""登记建议: what the program read off files that no record knows: taken, corrected or refused, several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_writing import saying, steps, written_by
from kaoping.page._site import Site
from kaoping.page.views._evidence import file_address, picture_address, seal

#: What may be corrected in the table, and how wide it stands there.
COLUMNS = {"title": "t-col", "doc_no": "d-col", "issuer": "i-col", "date": "w-col", "type": "k-col", "belongs": "i-col"}
_ADDRESS = "/evidence/proposals"
_MOST = 50  # rows
_NAMED = 5  # new records that are named where somebody is told of them


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal in the table: what it says, or what was just typed over it, and what is wrong with that."""

    its: api.Proposal
    seal: str  # of what it said when the form was made
    texts: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that could not stand: what it said, what is wrong, by path."""

    values: Mapping[str, Mapping[str, str]]
    errors: Mapping[str, Mapping[str, str]]
    findings: Sequence[api.Finding] = ()
    overtaken: Sequence[str] = ()  # other proposals than those that the form was made with


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def shown(request: Request, tried: Tried | None = None) -> Response:
        def show(assessment: api.Assessment) -> Mapping[str, Any]:
            return facts(assessment, tried) | steps(site.journal, request)

        return await site.show(request, "evidence_proposals", show, 200 if tried is None else 422)

    async def renew(request: Request) -> Response:
        """Look through the files anew."""
        await site.form(request)
        try:
            await written_by(site, _looked_through, site.unit.propose)
        except api.KaopingError as error:
            return await shown(request, Tried({}, {}, error.findings))
        return RedirectResponse(saying(_ADDRESS), 303)

    async def answer(request: Request) -> Response:
        """Write down what was answered, and register what was taken."""
        form = await site.form(request)
        sent = _rows(form)
        try:
            assessment = await site.unit.assessment()
            answers, errors, overtaken = checked(assessment, sent)
            if not errors and not overtaken:
                if answers:
                    taken = sum(its["take"] != "否" for its in answers.values())
                    refusal = f"不采用 {len(answers)} 件建议"
                    await written_by(site, _taken if taken else refusal, lambda: site.unit.take_proposals(answers))
                return RedirectResponse(saying(_ADDRESS) if answers else _ADDRESS, 303)
            findings: Sequence[api.Finding] = ()
        except api.KaopingError as error:
            errors, overtaken, findings = {}, [], error.findings
        return await shown(request, Tried(sent, errors, findings, overtaken))

    return [
        Route(_ADDRESS, shown),
        Route(f"{_ADDRESS}/renewal", renew, methods=["POST"]),
        Route(f"{_ADDRESS}/answers", answer, methods=["POST"]),
    ]


def _looked_through(its: api.Proposed) -> str:
    """Say what came of a look at the files."""
    return f"材料看过了，新的建议 {its.new} 件" + (f"，更新 {its.renewed} 件" if its.renewed else "")


def _taken(its: api.Taken) -> str:
    """Say what was registered, and of each record that was made for it that it is new and what it lacks."""
    words = [f"登记 {len(its.files)} 件材料"]
    if its.made:
        made = "、".join(
            f"{title} {id_}" + (f"（还要补填{'、'.join(lacking)}）" if lacking else "")
            for title, id_, lacking in its.made[:_NAMED]
        )
        words.append(f"新记 {len(its.made)} 条记录：{made}{'等' if len(its.made) > _NAMED else ''}")
    if its.attached:
        words.append(f"挂到 {len(its.attached)} 条记录上")
    if its.refused:
        path, why = its.refused[0]
        words.append(f"{len(its.refused)} 件没有登记，如“{path}”：{why}")
    return "；".join(words)


def facts(assessment: api.Assessment, tried: Tried | None = None) -> dict[str, Any]:
    """Return what the template evidence_proposals.html shows."""
    all_ = api.proposals(assessment.dossier.tables)
    waiting = [its for its in api.open_proposals(all_) if its.path in assessment.dossier.evidence]
    fields = {its.name: its for its in api.registrable(assessment.dossier)}
    titles = {line.id: line.title for line in assessment.rubric.lines}
    return {
        "rows": [_row(its, tried) for its in waiting[:_MOST]],
        "of": len(waiting),
        "registered": sum(its.done == "是" for its in all_),
        "refused": sum(its.take == "否" for its in all_),
        "looked": bool(all_),
        "columns": {name: (fields[name].title if name in fields else "归入", look) for name, look in COLUMNS.items()},
        "types": fields["type"].options,
        "records": _records(assessment),
        "line_titles": titles,
        "files": assessment.dossier.evidence,
        "tried": tried,
        "file_address": file_address,
        "picture": picture_address,
    }


def _records(assessment: api.Assessment) -> list[str]:
    """The records that a file may be put under, as 归入 names them."""
    dossier = assessment.dossier
    return [
        f"{dossier.pack.kinds[name].title} {id_}"
        for name, table in dossier.tables.items()
        if dossier.pack.kinds[name].field("evidence") is not None and len(table) <= _MOST
        for id_ in table.ids
    ]


def _row(its: api.Proposal, tried: Tried | None) -> Row:
    sent = tried.values.get(its.path, {}) if tried is not None else {}
    texts = {name: sent.get(name, getattr(its, name)) for name in (*COLUMNS, "take")}
    errors = tried.errors.get(its.path, {}) if tried is not None else {}
    return Row(its, sent.get("seal", _seal(its)), texts, errors)


def _seal(its: api.Proposal) -> str:
    return seal(getattr(its, name) for name in (*COLUMNS, "take"))


def _rows(form: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """Return the fields of each row of a form, by path; ``all`` answers every row that says nothing."""
    rows = {}
    for name, values in form.items():
        if name.startswith("path."):
            number = name.removeprefix("path.")
            names = (*COLUMNS, "take", "seal")
            rows[values[0]] = {its: form.get(f"{its}.{number}", [""])[0].strip() for its in names}
    if form.get("all", [""])[0]:
        rows = {path: row | {"take": row["take"] or "是"} for path, row in rows.items()}
    return rows


def checked(
    assessment: api.Assessment, sent: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], list[str]]:
    """Return the answers by path, what is wrong by path and field, and those whose proposal has changed since."""
    fields = {its.name: its for its in api.registrable(assessment.dossier)}
    there = {its.path: its for its in api.proposals(assessment.dossier.tables)}
    answers: dict[str, dict[str, str]] = {}
    errors: dict[str, dict[str, str]] = {}
    overtaken = []
    for path, row in sent.items():
        its = there.get(path)
        if its is None or not row["take"]:
            continue
        if _seal(its) != row["seal"]:
            overtaken.append(path)
        values = {"take": row["take"]}
        for name in COLUMNS:
            text, why = (
                api.read_as(fields[name], row[name], assessment.dossier.year) if name in fields else (row[name], "")
            )
            if why:
                errors.setdefault(path, {})[name] = why
            values[name] = text
        if values["take"] == "是" and any(values[name] != getattr(its, name) for name in COLUMNS):
            values["take"] = "改"
        if values["take"] != "否":
            wanted = replace(its, belongs=values["belongs"])
            if why := api.unfit(assessment.dossier, wanted):
                errors.setdefault(path, {})["belongs"] = why
        answers[path] = values
    return answers, errors, overtaken

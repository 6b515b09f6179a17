"""规则核对: what was understood of each line of a rubric that was read, confirmed here as in its workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_table import Registers, registers
from kaoping.page._site import Site, back

_LINES = 20  # on a page
#: Which lines are shown: by name, how they are called.
_SHOWN = {"all": "全部", "open": "还没有核对的", "unfit": "确认了、还不能用的", "unread": "有话没读懂的"}


@dataclass(frozen=True, slots=True)
class Tried:
    """The form as it was sent and could not stand: its values by field, what is wrong by field, or with all of it."""

    values: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[api.Finding] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the form has it: what was read of it, and the answer that there is."""

    rule: Any
    name: str  # its fields': the fingerprint
    section: str
    words: Sequence[tuple[str, bool]]  # pieces, and whether nothing explains them
    understood: str
    verdicts: Sequence[str]
    sources: Sequence[tuple[str, str]]
    answered: api.Answered
    state: str  # scored | unfit | by_hand | open
    why_not: str


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    unit = site.unit

    async def view(request: Request, tried: Tried | None = None) -> Response:
        asked = request.query_params

        def show(rubric: Any) -> dict[str, Any]:
            return facts(rubric, asked.get("show", ""), asked.get("page", ""), tried)

        def unscored(all_: Registers) -> dict[str, Any]:
            if all_.books.rubric is None:
                raise api.KaopingError(list(all_.books.findings))
            return show(all_.books.rubric)

        try:
            status = 200 if tried is None else 422
            return await site.shown(
                request, "rules", registers, lambda its, _: show(its.rubric), status, unscored=unscored
            )
        except api.KaopingError as error:
            return await site.refused(request, error)

    async def save(request: Request) -> Response:
        form = {name: texts[0].strip() for name, texts in (await site.form(request)).items()}

        def work() -> Tried | None:
            folder = unit.look_rubric().pack.folder
            tried = saved(folder, form) if api.has_review(folder) else Tried(form)
            if tried is None:
                unit.look_anew()
            return tried

        try:
            tried = await unit.do(work)
        except api.KaopingError as error:
            return await site.refused(request, error)
        if tried is not None:
            return await view(request, tried)
        kept = {name: request.query_params[name] for name in ("show", "page") if name in request.query_params}
        return back("rules", query=kept)

    async def take_in(request: Request) -> Response:
        """Take in what was filled in in the workbook."""

        def work() -> Sequence[api.Finding]:
            try:
                return list(api.review_rubric(unit.look_rubric().pack.folder).findings)
            except api.KaopingError as error:
                return list(error.findings)
            finally:
                unit.look_anew()

        findings = await unit.do(work)
        return await view(request, Tried({}, findings=findings)) if findings else back("rules")

    return [
        Route("/rules", view),
        Route("/rules", save, methods=["POST"]),
        Route("/rules/book", take_in, methods=["POST"]),
    ]


def saved(folder: Any, form: Mapping[str, str]) -> Tried | None:
    """Keep what the form says otherwise than was answered; what could not stand, where nothing was kept."""
    try:
        review = api.open_review(folder)
        shared, lines, wrong = _answers(review, form)
        if (shared or lines) and not (form.get("who") and form.get("when")):
            wrong |= {name: "答复要写明是谁、哪天定的。" for name in ("who", "when") if not form.get(name)}
        if wrong:
            return Tried(form, wrong)
        if shared or lines:
            api.take_answers(folder, form.get("seal", ""), shared, lines)
    except api.KaopingError as error:
        return Tried(form, findings=error.findings)
    return None


def _answers(
    review: api.OpenReview, form: Mapping[str, str]
) -> tuple[dict[str, api.Answered], dict[str, api.Answered], dict[str, str]]:
    """Return the answers that are others than those that there are, and what is wrong with them."""
    who, when = form.get("who", ""), form.get("when", "")
    shared, lines, wrong = {}, {}, {}
    for its in review.asked:
        key = f"shared-{its.id}"
        if key in form and form[key] != review.review.shared.get(its.id, api.Answered()).words:
            shared[its.id] = api.Answered(words=form[key], who=who, when=when) if form[key] else api.Answered()
            if form[key] not in ("", *its.readings):
                wrong[key] = "答复从列出的里选。"
    for rule in review.rules:
        name, known = rule.line.fingerprint, review.about(rule)
        if f"{name}-verdict" not in form:
            continue
        asked = {question.id: form.get(f"{name}-q-{question.id}", "") for question in rule.questions}
        given = api.Answered(
            verdict=form[f"{name}-verdict"], words=form.get(f"{name}-words", ""), source=form.get(f"{name}-source", ""),
            answers={id_: answer for id_, answer in asked.items() if answer},
        )  # fmt: skip
        if given == replace(known, who="", when=""):
            continue
        wrong |= {f"{name}-{which}": words for which, words in review.amiss(rule, given).items()}
        lines[name] = replace(given, who=who, when=when) if given != api.Answered() else given
    return shared, lines, wrong


def facts(rubric: Any, show: str, page: str, tried: Tried | None) -> dict[str, Any]:
    """Return what the template rules.html shows."""
    folder = rubric.pack.folder
    if not api.has_review(folder):
        return {"review": None, "title": rubric.title}
    review = api.open_review(folder)
    show = show if show in _SHOWN else "all"
    titles = {section.id: section.title for section in review.draft.sections}
    rows = [_row(review, rule, titles) for rule in review.rules]
    chosen = {name: [row for row in rows if _is_shown(row, name)] for name in _SHOWN}
    pages = max(1, -(-len(chosen[show]) // _LINES))
    at = min(max(1, int(page) if page.isdecimal() else 1), pages)
    latest = max((its for its in review.review.lines.values() if its.who), key=lambda its: its.when, default=None)
    return {
        "review": review,
        "title": review.draft.title or review.draft.file,
        "rows": chosen[show][(at - 1) * _LINES : at * _LINES],
        "shown": [(name, words, len(chosen[name])) for name, words in _SHOWN.items()],
        "show": show,
        "page": at,
        "pages": pages,
        "counts": {state: sum(row.state == state for row in rows) for state in ("scored", "by_hand", "unfit", "open")},
        "who": latest.who if latest is not None else "",
        "today": date.today().isoformat(),
        "tried": tried,
    }


def _is_shown(row: Row, show: str) -> bool:
    return {
        "open": row.state == "open",
        "unfit": row.state == "unfit",
        "unread": bool(row.rule.unread),
    }.get(show, True)


def _row(review: api.OpenReview, rule: Any, titles: Mapping[str, str]) -> Row:
    answered, why_not = review.about(rule), review.why_not(rule)
    state = "open" if not answered.verdict else "unfit" if why_not else "scored"
    if answered.verdict == review.verdicts(rule)[-1]:
        state = "by_hand"
    return Row(
        rule, rule.line.fingerprint, titles[rule.line.section], review.words(rule), review.rule(rule),
        review.verdicts(rule), review.sources(rule), answered, state, why_not,
    )  # fmt: skip

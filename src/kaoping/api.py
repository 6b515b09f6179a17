"""The engine's front door: what the command line and the page may ask for.

What stands behind a name is imported when it is asked for, so that a command pays for nothing but its own work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.batch.batches import Batch, batch_forecast, run_batch
    from kaoping.bundle.plan import Limits
    from kaoping.codification.line_rules import Answered
    from kaoping.core.engine import LEAVE_OUT, TURN, Proposal, decisions, judgements, piece_orders, proposals
    from kaoping.core.errors import FaultError, HeldBackError, KaopingError
    from kaoping.core.figures import Lack, number, span_text
    from kaoping.core.findings import Finding, Findings
    from kaoping.core.model import DRAFT, FINAL
    from kaoping.core.named_commands import placed
    from kaoping.core.page_ranges import page_numbers
    from kaoping.core.resources import template
    from kaoping.core.schema import CellError, Field
    from kaoping.documents.manuscript import build_templates
    from kaoping.evidence.arrivals import ARRIVING, Arrival, Arrivals, Put, clear_arrivals, put_under_materials
    from kaoping.evidence.draft_pages import DraftPages
    from kaoping.evidence.previews import Outline, PagePicture
    from kaoping.package.compare import Changes, compare
    from kaoping.package.staging import GUIDE
    from kaoping.package.submission import SUPPLEMENT
    from kaoping.pipeline.assessment import Assessment, assess
    from kaoping.pipeline.books import Books
    from kaoping.pipeline.building import Built, build, build_only, build_supplement, mend_results
    from kaoping.pipeline.codifying import (
        OpenReview,
        ReadRubric,
        Reviewed,
        RubricDiff,
        diff_rubrics,
        has_review,
        open_review,
        read_rubric,
        review_rubric,
        take_answers,
        write_diff,
    )
    from kaoping.pipeline.demo import copy_sample, lay_out_sample
    from kaoping.pipeline.domains import check_pack, new_pack, pack_lines, packs_known, rubric, rubric_test, rubrics
    from kaoping.pipeline.edits import choose, edits_of, list_edits, take_in, waiting_edits
    from kaoping.pipeline.filing import (
        Filed,
        KeptFile,
        bring_back_file,
        kept_files,
        rename_file,
        replace_file,
        take_out_file,
    )
    from kaoping.pipeline.folder import (
        accept,
        calendar,
        decide,
        export,
        first_facts,
        init,
        judge,
        new_year,
        outdated_form,
        renew,
        unaccept,
        undecide,
        unjudge,
    )
    from kaoping.pipeline.holdings import Holding, Holdings, Naming, holdings, told_of
    from kaoping.pipeline.inspection import check, check_paper, check_template, look_through_bundle, mend_paper, verify
    from kaoping.pipeline.pages import (
        Note,
        Region,
        confirm_page_changes,
        leave_out_pages,
        mask_pages,
        page_changes,
        set_order,
        turn_pages,
        undo_order,
        undo_page_changes,
    )
    from kaoping.pipeline.pending import handed_in, pending
    from kaoping.pipeline.proposing import Proposed, Taken, answer, open_proposals, unfit
    from kaoping.pipeline.readiness import Obstacle, Readiness, accepted_lines, readiness
    from kaoping.pipeline.recent import Recent, forget_unit, recent_units, recents, remember_unit
    from kaoping.pipeline.record_keeping import (
        Written,
        changed_since,
        compare_version,
        hold_ledger,
        kinds_of_lines,
        let_go_ledger,
    )
    from kaoping.pipeline.registration import attach, detach, read_as, register_files, registrable
    from kaoping.pipeline.running import announced_page, launching_page, running_page
    from kaoping.pipeline.scan_reading import Scans, ScanState, read_scans, scan_state
    from kaoping.pipeline.session import Session
    from kaoping.pipeline.settings import change_settings, settings_of
    from kaoping.pipeline.shelf import (
        PackageFile,
        ShelvedPackage,
        ShownSheet,
        Since,
        shelved,
        shown_sheets,
        shown_words,
        since,
    )
    from kaoping.pipeline.trying import points_of, try_clause, try_lines
    from kaoping.pipeline.whereabouts import (
        Folders,
        Place,
        folder_for_unit,
        folders_in,
        starting_places,
        unit_at,
        units_home,
    )
    from kaoping.records.entry import Recorded
    from kaoping.records.history import Step, bring_back, states, step_between, undo, version_named, versions
    from kaoping.records.imports import (
        Preview,
        Request,
        SheetPreview,
        carry_out,
        column_choices,
        imported,
        likely_headings,
        likely_kinds,
        preview,
        withdraw,
    )
    from kaoping.records.mark import mark
    from kaoping.records.next_year import NewYear
    from kaoping.records.notice_writing import write_notice
    from kaoping.records.readers.sources import is_unit
    from kaoping.records.typed_in import read_pasted, read_typed
    from kaoping.rubric.explanation import (
        Reading,
        answered_questions,
        clauses,
        judgings,
        kinds_asked,
        open_questions,
        quoted,
        readings,
        records_of,
    )
    from kaoping.rubric.terms import terms
    from kaoping.scoring.deadlines import TASK, Deadline, left, remaining, rest_day, weekday, years_unsaid
    from kaoping.scoring.gaps import Gap, tally
    from kaoping.sheets.gaps_sheet import FINDINGS_SHEET, HELD_SHEET
    from kaoping.verify import CHECK_FAILED

#: Where each name comes from; a test compares it with the imports above.
_BEHIND = {
    "kaoping.batch.batches": ("Batch", "batch_forecast", "run_batch"),
    "kaoping.bundle.plan": ("Limits",),
    "kaoping.codification.line_rules": ("Answered",),
    "kaoping.core.engine": ("LEAVE_OUT", "TURN", "Proposal", "decisions", "judgements", "piece_orders", "proposals"),
    "kaoping.core.errors": ("FaultError", "HeldBackError", "KaopingError"),
    "kaoping.core.figures": ("Lack", "number", "span_text"),
    "kaoping.core.findings": ("Finding", "Findings"),
    "kaoping.core.model": ("DRAFT", "FINAL"),
    "kaoping.core.named_commands": ("placed",),
    "kaoping.core.page_ranges": ("page_numbers",),
    "kaoping.core.resources": ("template",),
    "kaoping.core.schema": ("CellError", "Field"),
    "kaoping.documents.manuscript": ("build_templates",),
    "kaoping.evidence.arrivals": ("ARRIVING", "Arrival", "Arrivals", "Put", "clear_arrivals", "put_under_materials"),
    "kaoping.evidence.draft_pages": ("DraftPages",),
    "kaoping.evidence.previews": ("Outline", "PagePicture"),
    "kaoping.package.compare": ("Changes", "compare"),
    "kaoping.package.staging": ("GUIDE",),
    "kaoping.package.submission": ("SUPPLEMENT",),
    "kaoping.pipeline.assessment": ("Assessment", "assess"),
    "kaoping.pipeline.books": ("Books",),
    "kaoping.pipeline.building": ("Built", "build", "build_only", "build_supplement", "mend_results"),
    "kaoping.pipeline.codifying": (
        "OpenReview", "ReadRubric", "Reviewed", "RubricDiff", "diff_rubrics", "has_review", "open_review",
        "read_rubric", "review_rubric", "take_answers", "write_diff",
    ),
    "kaoping.pipeline.demo": ("copy_sample", "lay_out_sample"),
    "kaoping.pipeline.domains": (
        "check_pack", "new_pack", "pack_lines", "packs_known", "rubric", "rubric_test", "rubrics",
    ),
    "kaoping.pipeline.edits": ("choose", "edits_of", "list_edits", "take_in", "waiting_edits"),
    "kaoping.pipeline.filing": (
        "Filed", "KeptFile", "bring_back_file", "kept_files", "rename_file", "replace_file", "take_out_file",
    ),
    "kaoping.pipeline.folder": (
        "accept", "calendar", "decide", "export", "first_facts", "init", "judge", "new_year", "outdated_form",
        "renew", "unaccept", "undecide", "unjudge",
    ),
    "kaoping.pipeline.holdings": ("Holding", "Holdings", "Naming", "holdings", "told_of"),
    "kaoping.pipeline.inspection": (
        "check", "check_paper", "check_template", "look_through_bundle", "mend_paper", "verify",
    ),
    "kaoping.pipeline.pages": (
        "Note", "Region", "confirm_page_changes", "leave_out_pages", "mask_pages", "page_changes",
        "set_order", "turn_pages", "undo_order", "undo_page_changes",
    ),
    "kaoping.pipeline.pending": ("handed_in", "pending"),
    "kaoping.pipeline.proposing": ("Proposed", "Taken", "answer", "open_proposals", "unfit"),
    "kaoping.pipeline.readiness": ("Obstacle", "Readiness", "accepted_lines", "readiness"),
    "kaoping.pipeline.recent": ("Recent", "forget_unit", "recent_units", "recents", "remember_unit"),
    "kaoping.pipeline.record_keeping": (
        "Written", "changed_since", "compare_version", "hold_ledger", "kinds_of_lines",
        "let_go_ledger",
    ),
    "kaoping.pipeline.registration": ("attach", "detach", "read_as", "register_files", "registrable"),
    "kaoping.pipeline.running": ("announced_page", "launching_page", "running_page"),
    "kaoping.pipeline.scan_reading": ("ScanState", "Scans", "read_scans", "scan_state"),
    "kaoping.pipeline.session": ("Session",),
    "kaoping.pipeline.settings": ("change_settings", "settings_of"),
    "kaoping.pipeline.shelf": (
        "PackageFile", "ShelvedPackage", "ShownSheet", "Since", "shelved", "shown_sheets", "shown_words",
        "since",
    ),
    "kaoping.pipeline.trying": ("points_of", "try_clause", "try_lines"),
    "kaoping.pipeline.whereabouts": (
        "Folders", "Place", "folder_for_unit", "folders_in", "starting_places", "unit_at", "units_home",
    ),
    "kaoping.records.entry": ("Recorded",),
    "kaoping.records.history": ("Step", "bring_back", "states", "step_between", "undo", "version_named", "versions"),
    "kaoping.records.imports": (
        "Preview", "Request", "SheetPreview", "carry_out", "column_choices", "imported", "likely_headings",
        "likely_kinds", "preview", "withdraw",
    ),
    "kaoping.records.mark": ("mark",),
    "kaoping.records.next_year": ("NewYear",),
    "kaoping.records.notice_writing": ("write_notice",),
    "kaoping.records.readers.sources": ("is_unit",),
    "kaoping.records.typed_in": ("read_pasted", "read_typed"),
    "kaoping.rubric.explanation": (
        "Reading", "answered_questions", "clauses", "judgings", "kinds_asked", "open_questions", "quoted", "readings",
        "records_of",
    ),
    "kaoping.rubric.terms": ("terms",),
    "kaoping.scoring.deadlines": ("TASK", "Deadline", "left", "remaining", "rest_day", "weekday", "years_unsaid"),
    "kaoping.scoring.gaps": ("Gap", "tally"),
    "kaoping.sheets.gaps_sheet": ("FINDINGS_SHEET", "HELD_SHEET"),
    "kaoping.verify": ("CHECK_FAILED",),
}  # fmt: skip
_MODULE = {name: module for module, names in _BEHIND.items() for name in names}

__all__ = [
    "ARRIVING", "CHECK_FAILED", "DRAFT", "FINAL", "FINDINGS_SHEET", "GUIDE", "HELD_SHEET", "LEAVE_OUT",
    "SUPPLEMENT", "TASK", "TURN", "Answered", "Arrival", "Arrivals", "Assessment", "Batch", "Books", "Built",
    "CellError", "Changes", "Deadline", "DraftPages", "FaultError", "Field", "Filed", "Finding", "Findings",
    "Folders", "Gap", "HeldBackError", "Holding", "Holdings", "KaopingError", "KeptFile", "Lack", "Limits",
    "Naming", "NewYear", "Note", "Obstacle", "OpenReview", "Outline", "PackageFile", "PagePicture", "Place",
    "Preview", "Proposal", "Proposed", "Put", "ReadRubric", "Readiness", "Reading", "Recent", "Recorded",
    "Region", "Request", "Reviewed", "RubricDiff", "ScanState", "Scans", "Session", "SheetPreview",
    "ShelvedPackage", "ShownSheet", "Since", "Step", "Taken", "Written", "accept", "accepted_lines",
    "announced_page", "answer", "answered_questions", "assess", "attach", "batch_forecast", "bring_back",
    "bring_back_file", "build", "build_only", "build_supplement", "build_templates", "calendar", "carry_out",
    "change_settings", "changed_since", "check", "check_pack", "check_paper", "check_template", "choose",
    "clauses", "clear_arrivals", "column_choices", "compare", "compare_version", "confirm_page_changes",
    "copy_sample", "decide", "decisions", "detach", "diff_rubrics", "edits_of", "export", "first_facts",
    "folder_for_unit", "folders_in", "forget_unit", "handed_in", "has_review", "hold_ledger", "holdings",
    "imported", "init", "is_unit", "judge", "judgements", "judgings", "kept_files", "kinds_asked",
    "kinds_of_lines", "launching_page", "lay_out_sample", "leave_out_pages", "left", "let_go_ledger",
    "likely_headings", "likely_kinds", "list_edits", "look_through_bundle", "mark", "mask_pages", "mend_paper",
    "mend_results", "new_pack", "new_year", "number", "open_proposals", "open_questions", "open_review",
    "outdated_form", "pack_lines", "packs_known", "page_changes", "page_numbers", "pending", "piece_orders",
    "placed", "points_of", "preview", "proposals", "put_under_materials", "quoted", "read_as", "read_pasted",
    "read_rubric", "read_scans", "read_typed", "readiness", "readings", "recent_units", "recents", "records_of",
    "register_files", "registrable", "remaining", "remember_unit", "rename_file", "renew", "replace_file",
    "rest_day", "review_rubric", "rubric", "rubric_test", "rubrics", "run_batch", "running_page", "scan_state",
    "set_order", "settings_of", "shelved", "shown_sheets", "shown_words", "since", "span_text",
    "starting_places", "states", "step_between", "take_answers", "take_in", "take_out_file", "tally",
    "template", "terms", "told_of", "try_clause", "try_lines", "turn_pages", "unaccept", "undecide", "undo",
    "undo_order", "undo_page_changes", "unfit", "unit_at", "units_home", "unjudge", "verify", "version_named",
    "versions", "waiting_edits", "weekday", "withdraw", "write_diff", "write_notice", "years_unsaid",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what stands behind ``name``; raises AttributeError for a name that is not here."""
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE[name]), name)

"""Documents as data (``evidence_schema/documents/*.yaml``): which template, when due, and the facts that it states.

Every fact is a measure in the rubric's own language, or records as they were recorded, so that a figure in a report and
a figure in the score sheet are counted by the same engine, and the figure's source can be shown beside it.
"""

from kaoping.documents._agree import Statement, contradictions
from kaoping.documents._lacks import in_words as lack_in_words
from kaoping.documents._lacks import known as known_lack
from kaoping.documents._printed import check_printed
from kaoping.documents._tellable import Tellable, tellable
from kaoping.documents.facts import context_of, facts, titles, withheld
from kaoping.documents.kinds import (
    DocumentKind,
    asked_for,
    documents_of,
    lacking,
    refuse_unknown_questions,
    supplementary,
    template_path,
    wanted,
)

__all__ = [
    "DocumentKind", "Statement", "Tellable", "asked_for", "check_printed", "context_of", "contradictions",
    "documents_of", "facts", "known_lack", "lack_in_words", "lacking", "refuse_unknown_questions", "supplementary",
    "tellable", "template_path", "titles", "wanted", "withheld",
]  # fmt: skip

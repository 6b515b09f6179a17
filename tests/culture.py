"""The pack by which most tests are scored (culture-2017), found and loaded once."""

from __future__ import annotations

from pathlib import Path

from kaoping import documents
from kaoping.core import packs, resources
from kaoping.documents import DocumentKind, policy
from kaoping.rubric.load import load

CULTURE = packs.find("culture-2017")
RUBRIC = load(CULTURE)
DOCUMENTS = documents.documents_of(CULTURE)
POLICIES = policy.policies_of(CULTURE)


def template_of(kind: DocumentKind) -> Path:
    """The Word template that comes with a document."""
    return CULTURE.template(kind.template) or resources.template("word", kind.template)


def source_of(kind: DocumentKind) -> Path:
    """The file that describes a document: the pack's own, or the common stock's."""
    own = CULTURE.folder / "documents" / f"{kind.stem}.yaml"
    return own if own.is_file() else resources.schema("documents", own.name)

"""The two forms a package comes in (成果形式)."""

from __future__ import annotations

#: The office works on it: reasons, sources, blanks and undecided ranges stand in it.
DRAFT = "送审稿"

#: What is handed in: only what the notice asks for.
FINAL = "报送稿"

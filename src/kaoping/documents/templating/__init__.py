"""Word templates that clerks may change: looked through before they are used, rendered in a process of their own."""

from kaoping.documents.templating.check import check, check_own, own_names
from kaoping.documents.templating.own import render_own

__all__ = ["check", "check_own", "own_names", "render_own"]

"""Word templates that clerks may change: looked through before they are used, rendered in a process of their own."""

from kaoping.documents.templating._situations import Sample
from kaoping.documents.templating._template_check import check, check_own, render_own

__all__ = ["Sample", "check", "check_own", "render_own"]

"""The local page (本机网页): the year's job in a browser. A view is a template and a small function over `api`."""

from kaoping.page._serving import serve

__all__ = ["serve"]

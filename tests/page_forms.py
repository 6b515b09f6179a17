"""What a form of a page says before anybody has filled in anything: as a browser would send it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """The forms of a page: where each is sent → what its fields say."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        its = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = self.forms.setdefault(its.get("action", "").partition("?")[0], {})
        form, name = self._form, its.get("name", "")
        if form is None:
            return
        if tag == "input" and name and (its.get("type") not in ("radio", "checkbox", "file") or "checked" in its):
            form.setdefault(name, its.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in its or self._select not in form):
            form[self._select] = its.get("value", "")
            self._valueless = "value" not in its
        elif tag == "textarea":
            self._textarea = name
            form.setdefault(name, "")

    def handle_data(self, data: str) -> None:
        if self._form is None:
            return
        if self._textarea:
            self._form[self._textarea] += data.removeprefix("\n")
        elif self._select and getattr(self, "_valueless", False):
            self._form[self._select] = data
            self._valueless = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def filled(page: str, address: str) -> dict[str, str]:
    """Return what the form says that is sent to ``address``: field → value."""
    reader = _Forms()
    reader.feed(page)
    return dict(reader.forms[address])

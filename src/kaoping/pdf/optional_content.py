"""Hidden layers (optional content, ISO 32000-1, 8.11): a merge of pages drops the switches, and all would show.

The state of each layer is written into the layer itself before the merge, and back into switches after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_HIDDEN, _AUTO = "/KaopingHidden", "/KaopingAuto"


def hides(pdf: Pdf) -> bool:
    """Whether any layer of ``pdf`` may be hidden, on screen or on paper.

    Errs on the safe side: a membership dictionary (which may say “shown when all are off”) and automatic states count.
    """
    import pikepdf

    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return False
    first = properties.get("/D", pikepdf.Dictionary())
    if first.get("/BaseState", "/ON") != "/ON" or len(first.get("/OFF", [])) or len(first.get("/AS", [])):
        return True
    return any(isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/OCMD" for entry in pdf.objects)


def remember(pdf: Pdf) -> None:
    """Write into each layer whether it is hidden, and by what it is switched automatically."""
    from pikepdf import Array, Dictionary

    properties = pdf.Root.OCProperties
    first = properties.get("/D", Dictionary())
    shown, hidden = ({layer.objgen for layer in first.get(key, [])} for key in ("/ON", "/OFF"))
    off_at_first = first.get("/BaseState", "/ON") == "/OFF"
    automatic = [entry for entry in first.get("/AS", []) if isinstance(entry, Dictionary)]
    for layer in properties.get("/OCGs", []):
        layer[_HIDDEN] = layer.objgen in hidden or (off_at_first and layer.objgen not in shown)
        events = [entry for entry in automatic if layer.objgen in {member.objgen for member in entry.get("/OCGs", [])}]
        layer[_AUTO] = Array([Dictionary(Event=entry.Event, Category=entry.Category) for entry in events])


def restore(pdf: Pdf, pages: Sequence[Object]) -> None:
    """Make the switches of the merged ``pdf`` from what its layers, found on ``pages``, remember."""
    from pikepdf import Array, Dictionary, Name

    layers: list[Object] = []
    hidden: list[Object] = []
    automatic: dict[tuple[str, tuple[str, ...]], list[Object]] = {}
    for layer in _layers(pages):
        layers.append(layer)
        if bool(layer[_HIDDEN]):
            hidden.append(layer)
        for entry in layer[_AUTO]:
            key = str(entry.Event), tuple(map(str, entry.Category))
            automatic.setdefault(key, []).append(layer)
        del layer[_HIDDEN], layer[_AUTO]
    switches = [
        Dictionary(Event=Name(event), Category=Array([Name(name) for name in names]), OCGs=Array(members))
        for (event, names), members in automatic.items()
    ]
    default = Dictionary(BaseState=Name.ON, OFF=Array(hidden), Order=Array([]))
    if switches:
        default.AS = Array(switches)
    pdf.Root.OCProperties = Dictionary(OCGs=Array(layers), D=default)


def _layers(pages: Sequence[Object]) -> Iterator[Object]:
    """Yield the layers that anything on ``pages`` belongs to, each once."""
    from pikepdf import Array, Dictionary, Stream

    seen: set[tuple[int, int]] = set()
    todo: list[Any] = [part for page in reversed(pages) for part in (page.get("/Annots"), page.get("/Resources"))]
    while todo:
        entry = todo.pop()
        if not isinstance(entry, (Array, Dictionary, Stream)):
            continue
        if entry.objgen != (0, 0):
            if entry.objgen in seen:
                continue
            seen.add(entry.objgen)
        if isinstance(entry, Array):
            todo += list(entry)
            continue
        if _HIDDEN in entry:
            yield entry
            continue
        todo += [value for key, value in entry.items() if key not in ("/Parent", "/P", "/Dest", "/A", "/Popup")]

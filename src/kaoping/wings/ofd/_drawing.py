"""Drawing the pages of an OFD as PDF content: millimetres from the top left become points from the bottom left."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from math import radians, tan
from typing import TYPE_CHECKING, Any

from kaoping.evidence.convert import NotShownError
from kaoping.wings.ofd._lettering import Lettering
from kaoping.wings.ofd._paths import operators
from kaoping.wings.ofd._seals import seal_picture
from kaoping.wings.ofd._structure import Ofd, Page, box, local, numbers, text

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_MM = 72 / 25.4  # points
_LINE = 0.353  # mm: a line's width where none is stated (GB/T 33190-2016, 8.2)
_SLANT = tan(radians(12))
_BOLD = 600  # Weight from which a letter is drawn bold
_DEEPEST = 8  # groups within groups
_MOST_OBJECTS = 200_000  # on one page: groups that draw groups many times over would never end
_TOO_MANY = "OFD 里的图形套用得太多，画不完。请用 OFD 阅读器打开后打印成 PDF。"
_TOO_DEEP = "有的图形一层套一层，太深的没有画出来，请看附件里的原件。"
_NO_RESOURCE = "OFD 缺少资源文件，有的图形没有画出来，请看附件里的原件。"
_GRADIENT = "渐变的底色按单色画出。"
_NO_PICTURE = "有图片的格式画不出来，请看附件里的原件。"
_CAPS, _JOINS = {"Round": 1, "Square": 2}, {"Round": 1, "Bevel": 2}
_FILL, _STROKE = "FillColor", "StrokeColor"


class Canvas:
    """Draws pages into one PDF; fonts and pictures are shared by them. :meth:`finish` ends it."""

    def __init__(self, pdf: Pdf, ofd: Ofd) -> None:
        self._pdf, self._ofd = pdf, ofd
        self.lost: list[str] = []
        self.seals = 0  # that were drawn
        self.lettering = Lettering(ofd)
        self._pictures: dict[str, Object | None] = {}
        self._sheets: list[tuple[Object, dict[str, dict[str, Any]]]] = []

    def draw(self, page: Page) -> str:
        """Add ``page``; return the text that must be found on it."""
        left, top, width, height = page.box
        sheet = self._pdf.add_blank_page(page_size=(width * _MM, height * _MM)).obj
        self._used: dict[str, dict[str, Any]] = {"/Font": {}, "/XObject": {}, "/ExtGState": {}}
        self._text: list[str] = []
        self._spots: set[tuple[Any, ...]] = set()
        self._objects = 0
        content = [f"{_written(_MM, 0, 0, -_MM, -left * _MM, (top + height) * _MM)} cm"]
        for layer in page.layers:
            content += self._group(layer, [layer], 0)
        for stamp in page.stamps:
            content += self._seal(stamp.box, stamp.data)
        sheet.Contents = self._pdf.make_stream("\n".join(content).encode())
        self._sheets.append((sheet, self._used))
        return "".join(self._text)

    def finish(self) -> None:
        """Embed the fonts, now that all that they draw is known, and give each page what it uses."""
        from pikepdf import Dictionary

        fonts = self.lettering.embed(self._pdf)
        for sheet, used in self._sheets:
            used["/Font"] = {name: fonts[name] for name in used["/Font"]}
            sheet.Resources = Dictionary({key: Dictionary(entries) for key, entries in used.items()})

    def _group(self, parent: Any, styles: Sequence[Any], depth: int) -> Iterator[str]:
        """Yield what draws the objects in ``parent``; ``styles`` are the elements that say how, the nearest last."""
        if depth > _DEEPEST:
            self.lost.append(_TOO_DEEP)
            return
        if parent.get("Boundary") and local(parent) == "Appearance":
            left, top, *_ = box(parent.get("Boundary"))
            yield f"q {_written(1, 0, 0, 1, left, top)} cm"
        for element in parent:
            kind = local(element)
            if element.get("Visible") == "false":
                continue
            if kind == "PageBlock":
                yield from self._group(element, styles, depth + 1)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                yield "q"
                yield from self._object(kind, element, [*styles, element], depth)
                yield "Q"
        if parent.get("Boundary") and local(parent) == "Appearance":
            yield "Q"

    def _object(self, kind: str, element: Any, styles: Sequence[Any], depth: int) -> Iterator[str]:
        self._objects += 1
        if self._objects > _MOST_OBJECTS:
            raise NotShownError(_TOO_MANY)
        left, top, width, height = box(element.get("Boundary"))
        yield f"{_written(1, 0, 0, 1, left, top)} cm"
        matrix = numbers(element.get("CTM"))
        if len(matrix) == 6:
            yield f"{_written(*matrix)} cm"
        if alpha := self._alpha(element, styles):
            yield alpha
        if kind == "TextObject":
            yield from self._letters(element, styles)
        elif kind == "PathObject":
            yield from self._path(element, styles)
        elif kind == "ImageObject":
            if len(matrix) != 6:
                yield f"{_written(width, 0, 0, height, 0, 0)} cm"
            yield from self._picture(element.get("ResourceID", ""))
        elif (unit := self._ofd.units.get(element.get("ResourceID"))) is None:
            self.lost.append(_NO_RESOURCE)
        else:
            content = unit.find("{*}Content")
            if content is not None:
                yield from self._group(content, styles, depth + 1)

    def _letters(self, element: Any, styles: Sequence[Any]) -> Iterator[str]:
        size = float(element.get("Size") or 3)
        bold = int(element.get("Weight") or 400) >= _BOLD
        fills = element.get("Fill") != "false"
        strokes = bold or (element.get("Stroke") == "true" and self._colour_of(styles, _STROKE) is not None)
        yield f"{self._colour(styles, _FILL)} rg {self._colour(styles, _STROKE if not bold else _FILL)} RG"
        if bold:
            yield f"{_written(size / 40)} w"
        across = float(element.get("HScale") or 1) * size
        slant = _SLANT * size if element.get("Italic") == "true" else 0.0
        yield f"BT {2 if strokes and fills else 1 if strokes else 0 if fills else 3} Tr"
        for letter in self.lettering.letters(element):
            self._used["/Font"][letter.font] = None
            spot = (letter.char, element.get("Boundary"), element.get("CTM"), letter.x, letter.y)
            if spot not in self._spots:  # a letter drawn twice over, to look bold, is read once
                self._spots.add(spot)
                self._text.append(letter.char)
            place = _written(across, 0, slant, -size, letter.x, letter.y)
            yield f"{letter.font} 1 Tf {place} Tm <{letter.code.decode()}> Tj"
        yield "ET"

    def _path(self, element: Any, styles: Sequence[Any]) -> Iterator[str]:
        strokes = element.get("Stroke") != "false"
        fills = element.get("Fill") == "true" and self._colour_of(styles, _FILL) is not None
        if not strokes and not fills:
            return
        attributes = self._attributes(styles)
        yield f"{self._colour(styles, _FILL)} rg {self._colour(styles, _STROKE)} RG"
        yield f"{_written(float(attributes.get('LineWidth') or _LINE))} w"
        yield f"{_CAPS.get(attributes.get('Cap', ''), 0)} J {_JOINS.get(attributes.get('Join', ''), 0)} j"
        if dashes := numbers(attributes.get("DashPattern")):
            yield f"[{_written(*dashes)}] {_written(float(attributes.get('DashOffset') or 0))} d"
        yield from operators(text(element, "AbbreviatedData"))
        even = "*" if element.get("Rule") == "Even-Odd" else ""
        yield f"B{even}" if strokes and fills else f"f{even}" if fills else "S"

    def _attributes(self, styles: Sequence[Any]) -> Mapping[str, str]:
        """Return the attributes in force: an object's own before its DrawParam's before its layer's."""
        attributes: dict[str, str] = {}
        for element in self._stylings(styles):
            attributes |= {str(name): str(value) for name, value in element.attrib.items()}
        return attributes

    def _stylings(self, styles: Sequence[Any]) -> list[Any]:
        """Return the elements that say how an object looks: each style after the DrawParams that it names."""
        return [element for style in styles for element in (*self._params(style.get("DrawParam")), style)]

    def _params(self, id_: str | None) -> list[Any]:
        """Return a DrawParam after those that it is relative to."""
        chain: list[Any] = []
        while id_ and (param := self._ofd.params.get(id_)) is not None and param not in chain:
            chain.append(param)
            id_ = param.get("Relative")
        if id_ and id_ not in self._ofd.params and self._ofd.lacks_resources:
            self.lost.append(_NO_RESOURCE)
        return chain[::-1]

    def _colour_of(self, styles: Sequence[Any], kind: str) -> Any:
        """Return the element that states the colour in force; None where none does.

        A path is not filled then, and letters have no outline: transparent (GB/T 33190-2016, 9.1 and 11.2).
        """
        stated = (element.find("{*}" + kind) for element in reversed(self._stylings(styles)))
        return next((colour for colour in stated if colour is not None), None)

    def _colour(self, styles: Sequence[Any], kind: str) -> str:
        """Return the colour in force as three numbers; black where none is stated."""
        colour = self._colour_of(styles, kind)
        if colour is None:
            return "0 0 0"
        if not colour.get("Value"):
            stops = [stop for stop in colour.iter("{*}Color") if stop.get("Value")]
            if stops:
                self.lost.append(_GRADIENT)
                colour = stops[0]
        values = [value / 255 for value in numbers(colour.get("Value"))]
        if len(values) == 1:
            values *= 3
        elif len(values) == 4:  # CMYK
            values = [(1 - value) * (1 - values[3]) for value in values[:3]]
        return _written(*values) if len(values) == 3 else "0 0 0"

    def _alpha(self, element: Any, styles: Sequence[Any]) -> str:
        """Return what sets how far an object covers: its own alpha, and that of each of its colours."""
        from pikepdf import Dictionary

        whole = _share(element.get("Alpha"))
        colours = (self._colour_of(styles, kind) for kind in (_FILL, _STROKE))
        fill, stroke = (whole * (1.0 if colour is None else _share(colour.get("Alpha"))) for colour in colours)
        if fill == stroke == 1:
            return ""
        name = f"/A{fill * 255:.0f}-{stroke * 255:.0f}"
        self._used["/ExtGState"][name] = Dictionary(ca=fill, CA=stroke)
        return f"{name} gs"

    def _picture(self, id_: str) -> Iterator[str]:
        part = self._ofd.media.get(id_)
        if part is None:
            self.lost.append(_NO_PICTURE)
            return
        if id_ not in self._pictures:
            self._pictures[id_] = picture(self._pdf, self._ofd.read(part))
        image = self._pictures[id_]
        if image is None:
            self.lost.append(_NO_PICTURE)
            return
        self._used["/XObject"][f"/I{id_}"] = image
        yield f"{_written(1, 0, 0, -1, 0, 1)} cm /I{id_} Do"

    def _seal(self, place: tuple[float, float, float, float], data: bytes) -> Iterator[str]:
        image = picture(self._pdf, seal_picture(data))
        if image is None:
            return
        self.seals += 1
        name = f"/S{len(self._used['/XObject'])}"
        self._used["/XObject"][name] = image
        left, top, width, height = place
        yield f"q {_written(width, 0, 0, -height, left, top + height)} cm {name} Do Q"


def picture(pdf: Pdf, data: bytes) -> Object | None:
    """Return ``data`` as a picture of ``pdf``, a JPEG's unchanged; None where it is none that Pillow reads."""
    from pikepdf import Name
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            size = {"Width": image.width, "Height": image.height, "BitsPerComponent": 8}
            kind = {"Type": Name.XObject, "Subtype": Name.Image}
            if image.format == "JPEG" and image.mode in ("L", "RGB"):
                space = Name.DeviceGray if image.mode == "L" else Name.DeviceRGB
                return pdf.make_stream(data, **kind, **size, ColorSpace=space, Filter=Name.DCTDecode)
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            clear = image.convert("RGBA").getchannel("A") if has_alpha else None
            made = pdf.make_stream(image.convert("RGB").tobytes(), **kind, **size, ColorSpace=Name.DeviceRGB)
            if clear is not None:
                made.SMask = pdf.make_stream(clear.tobytes(), **kind, **size, ColorSpace=Name.DeviceGray)
            return made
    except Exception:  # Pillow raises many things for a picture that it can't read
        return None


def _share(alpha: str | None) -> float:
    """Return an alpha as a share of what covers wholly."""
    return min(int(alpha), 255) / 255 if alpha and alpha.isdigit() else 1.0


def _written(*values: float) -> str:
    return " ".join(f"{value:.5f}".rstrip("0").rstrip(".") or "0" for value in values)

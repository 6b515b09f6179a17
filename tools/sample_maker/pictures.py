"""Photos, newspaper pages and platform screenshots, drawn with Pillow."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kaoping.core import resources
from sample_maker.paper import jpeg

Colour = tuple[int, int, int]
W, H = 1200, 800
PEOPLE: Sequence[Colour] = ((38, 46, 66), (52, 60, 78), (66, 54, 52), (40, 62, 70), (78, 74, 84))
SKIN: Sequence[Colour] = ((222, 184, 156), (206, 166, 138), (230, 196, 170))
UNIFORM: Colour = (44, 62, 96)


def font(size: int, serif: bool = False) -> ImageFont.FreeTypeFont:
    """Return one of the two Noto fonts that come with the tool."""
    name = "NotoSerifSC-Regular.otf" if serif else "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(resources.fonts() / name), size)


@dataclass(frozen=True)
class Photo:
    """A photo: what to draw, the words in it, and the EXIF orientation of the camera."""

    path: str
    scene: str
    words: str
    date: str
    title: str
    orientation: int = 1


def take(photo: Photo) -> bytes:
    """Return the photo as JPEG with a little noise and the camera's EXIF."""
    dice = random.Random(photo.path)
    image = SCENES[photo.scene](dice, photo.words)
    _stamp(image, photo.date)
    image = _grain(image, dice)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "SAMPLE", "REC-1"
    exif[0x0132] = photo.date.replace("-", ":") + " 10:20:00"
    exif[0x0112] = photo.orientation
    if photo.orientation == 6:  # held upright: stored lying, to be turned clockwise
        image = image.transpose(Image.Transpose.ROTATE_90)
    elif photo.orientation == 3:
        image = image.transpose(Image.Transpose.ROTATE_180)
    return jpeg(image, 96, 62, exif)


def _grain(image: Image.Image, dice: random.Random) -> Image.Image:
    small = Image.new("L", (image.width // 3, image.height // 3))
    small.putdata([dice.randint(108, 148) for _ in range(small.width * small.height)])
    noise = small.resize(image.size, Image.Resampling.BILINEAR).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(0.8)), noise, 0.07)


def _stamp(image: Image.Image, date: str) -> None:
    ImageDraw.Draw(image).text(
        (image.width - 210, image.height - 46), date.replace("-", "."), font=font(28), fill=(250, 160, 40)
    )


def _room(
    wall: Colour, floor: Colour, horizon: int, size: tuple[int, int] = (W, H)
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for y in range(size[1]):
        base, shade = (
            (wall, 0.86 + 0.14 * y / horizon)
            if y < horizon
            else (floor, 0.75 + 0.25 * (y - horizon) / (size[1] - horizon))
        )
        draw.line((0, y, size[0], y), fill=tuple(int(c * shade) for c in base))
    return image, draw


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, h: int, coat: Colour, skin: Colour, cap: bool = False) -> None:
    """Draw a standing or sitting figure whose shoulders are at y, h tall from head to hip."""
    head = h // 5
    draw.ellipse((x - head, y - 2 * head - head // 3, x + head, y - head // 4), fill=skin)
    draw.pieslice((x - head, y - 2 * head - head // 2, x + head, y - head // 2), 180, 360, fill=(34, 30, 30))
    if cap:
        draw.rectangle((x - head - 4, y - 2 * head + 2, x + head + 4, y - 2 * head + 10), fill=UNIFORM)
    draw.rounded_rectangle((x - h // 3, y - head // 4, x + h // 3, y + h), radius=h // 7, fill=coat)


def _banner(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], words: str) -> None:
    draw.rectangle(box, fill=(188, 30, 36))
    size = min(box[3] - box[1] - 16, int((box[2] - box[0] - 40) / max(1, len(words))))
    draw.text(
        ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2), words, font=font(size), fill=(252, 238, 200), anchor="mm"
    )


def _meeting(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((226, 222, 210), (150, 112, 82), 430)
    _banner(draw, (120, 60, 1080, 128), words)
    draw.rectangle((470, 165, 730, 320), fill=(235, 240, 246), outline=(90, 90, 96), width=5)
    for index in range(5):
        draw.line(
            (495, 195 + index * 24, 495 + dice.randint(120, 205), 195 + index * 24), fill=(110, 120, 150), width=5
        )
    for x in (170, 300, 420, 780, 900, 1030):
        _person(draw, x, 372, 110, dice.choice(PEOPLE), dice.choice(SKIN))
    draw.polygon([(60, 470), (1140, 470), (1200, 560), (0, 560)], fill=(118, 74, 48))
    draw.polygon([(0, 560), (1200, 560), (1200, 600), (0, 600)], fill=(86, 52, 34))
    for x in range(110, 1120, 125):
        draw.rectangle((x, 482, x + 54, 508), fill=(250, 250, 250))
        draw.ellipse((x + 70, 484, x + 88, 504), fill=(240, 244, 250))
    for x in range(90, 1180, 150):
        _person(draw, x + dice.randint(-12, 12), 690, 150, dice.choice(PEOPLE), (40, 34, 32))
    return image


def _lecture(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((206, 214, 222), (120, 116, 112), 380)
    draw.rectangle((300, 90, 900, 340), fill=(246, 248, 252), outline=(60, 60, 60), width=6)
    draw.text((600, 170), words[:12], font=font(38), fill=(36, 60, 120), anchor="mm")
    draw.text((600, 240), words[12:] or "2017年", font=font(28), fill=(90, 90, 100), anchor="mm")
    _person(draw, 1010, 300, 130, UNIFORM, SKIN[0])
    draw.rectangle((950, 360, 1080, 470), fill=(126, 84, 56))
    for row in range(4):
        for x in range(60 + row % 2 * 50, 1200, 118):
            _person(draw, x + dice.randint(-8, 8), 470 + row * 92, 76 + row * 16, UNIFORM, (44, 36, 34))
        draw.rectangle((0, 520 + row * 92, 1200, 534 + row * 92), fill=(146, 104, 70))
    return image


def _cafe(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((58, 62, 86), (44, 42, 50), 360)
    draw.rectangle((60, 40, 520, 120), fill=(20, 22, 40))
    draw.text((290, 80), words, font=font(40), fill=(120, 220, 255), anchor="mm")
    for row in range(3):
        y = 250 + row * 170
        for x in range(30 + row * 30, 900, 190):
            draw.rectangle((x, y, x + 130, y + 82), fill=(16, 18, 24))
            glow = dice.choice([(60, 140, 210), (90, 190, 140), (200, 120, 70)])
            draw.rectangle((x + 7, y + 7, x + 123, y + 75), fill=glow)
            draw.rectangle((x + 55, y + 82, x + 75, y + 100), fill=(30, 30, 34))
        draw.rectangle((0, y + 100, 950, y + 118), fill=(96, 84, 78))
    for x in (1000, 1110):
        _person(draw, x, 400, 210, UNIFORM, dice.choice(SKIN), cap=True)
        draw.rectangle((x - 40, 600, x - 10, 790), fill=(30, 36, 56))
        draw.rectangle((x + 10, 600, x + 40, 790), fill=(30, 36, 56))
    draw.rectangle((1020, 500, 1090, 560), fill=(250, 250, 244))
    return image


def _street(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((166, 200, 228), (136, 138, 136), 500)
    for x in range(0, 1200, 240):
        top = dice.randint(120, 260)
        draw.rectangle((x, top, x + 228, 500), fill=dice.choice([(206, 190, 168), (188, 180, 176), (214, 206, 190)]))
        for wy in range(top + 24, 420, 58):
            for wx in range(x + 20, x + 210, 52):
                draw.rectangle((wx, wy, wx + 30, wy + 36), fill=(122, 150, 172))
    _banner(draw, (180, 430, 1020, 490), words)
    draw.rectangle((380, 600, 820, 640), fill=(190, 40, 44))
    draw.rectangle((390, 640, 810, 720), fill=(232, 226, 214))
    for x in (300, 470, 600, 730, 900, 1010):
        _person(draw, x, 560, 120, UNIFORM if x in (470, 730) else dice.choice(PEOPLE), dice.choice(SKIN))
    draw.rectangle((380, 640, 820, 730), fill=(214, 60, 62))
    return image


def _counter(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((232, 234, 236), (186, 182, 174), 460)
    _banner(draw, (200, 70, 1000, 140), words)
    for index, name in enumerate(("办事指南", "流程图", "示范文本", "许可目录")):
        x = 170 + index * 230
        draw.rectangle((x, 180, x + 170, 330), fill=(250, 250, 252), outline=(120, 130, 150), width=3)
        draw.text((x + 85, 205), name, font=font(26), fill=(30, 60, 120), anchor="mm")
        for line in range(4):
            draw.line(
                (x + 18, 240 + line * 22, x + dice.randint(90, 150), 240 + line * 22), fill=(140, 146, 160), width=4
            )
    for x in (330, 640, 930):
        _person(draw, x, 420, 110, (70, 84, 120), dice.choice(SKIN))
    draw.rectangle((0, 500, 1200, 640), fill=(158, 120, 88))
    draw.rectangle((0, 480, 1200, 504), fill=(210, 206, 200))
    draw.text((600, 566), "文化许可　专人受理", font=font(40), fill=(252, 246, 230), anchor="mm")
    return image


def _vehicle(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((176, 206, 230), (128, 128, 126), 430)
    draw.rectangle((0, 250, 1200, 430), fill=(198, 190, 178))
    for x in range(40, 1180, 130):
        draw.rectangle((x, 280, x + 70, 360), fill=(120, 146, 166))
    for x in (110, 650):
        draw.rounded_rectangle(
            (x, 420, x + 440, 640), radius=36, fill=(246, 246, 248), outline=(150, 150, 156), width=3
        )
        draw.rectangle((x + 30, 446, x + 400, 520), fill=(70, 84, 100))
        draw.rectangle((x, 560, x + 440, 586), fill=(28, 70, 150))
        draw.text((x + 220, 542), words, font=font(24), fill=(28, 70, 150), anchor="mm")
        for wheel in (x + 90, x + 350):
            draw.ellipse((wheel - 46, 600, wheel + 46, 692), fill=(28, 28, 30))
            draw.ellipse((wheel - 20, 626, wheel + 20, 666), fill=(150, 150, 154))
    return image


def _office(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((236, 232, 224), (172, 160, 142), 440, (900, 1200))
    draw.rectangle((60, 120, 360, 520), fill=(190, 214, 232), outline=(140, 140, 140), width=8)
    draw.line((210, 120, 210, 520), fill=(140, 140, 140), width=6)
    draw.rectangle((480, 150, 840, 220), fill=(196, 162, 92))
    draw.text((660, 185), words, font=font(min(44, 340 // len(words))), fill=(60, 40, 20), anchor="mm")
    for row in range(3):
        y = 560 + row * 190
        draw.rectangle((60, y, 840, y + 30), fill=(150, 108, 72))
        for x in (130, 390, 650):
            draw.rectangle((x, y - 92, x + 130, y - 10), fill=(34, 36, 42))
            draw.rectangle((x + 8, y - 84, x + 122, y - 22), fill=(150, 190, 220))
            draw.rectangle((x + 10, y + 30, x + 120, y + 120), fill=(108, 78, 54))
    for _ in range(6):
        x, y = dice.randint(60, 820), dice.choice([546, 736, 926])
        draw.rectangle((x, y, x + 40, y + 12), fill=(248, 248, 244))
    return image


def _newspaper(dice: random.Random, words: str) -> Image.Image:
    paper, headline, date, *body = words.split("|")
    image = Image.new("RGB", (1100, 1290), (236, 231, 218))
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), paper, font=font(84, serif=True), fill=(140, 26, 26))
    draw.text((1040, 86), date, font=font(26), fill=(60, 60, 60), anchor="rm")
    draw.line((50, 160, 1050, 160), fill=(40, 40, 40), width=4)
    draw.text((550, 230), headline, font=font(58, serif=True), fill=(20, 20, 20), anchor="mm")
    draw.rectangle((60, 320, 540, 640), fill=(150, 156, 160))
    for x in (150, 280, 410):
        _person(draw, x, 470, 110, (90, 96, 108), (200, 186, 172))
    draw.text((300, 662), "执法人员在校园周边检查（通讯员　摄）", font=font(20), fill=(70, 70, 70), anchor="mm")
    text, face = "　　" + "".join(body), font(31, serif=True)
    at = 0
    for left, top, bottom in ((570, 316, 640), (60, 704, 1180), (570, 704, 1180)):
        y = top
        while y < bottom and at < len(text):
            end = at + 15 + (text[at + 15 : at + 16] in tuple("，。、；："))
            draw.text((left, y), text[at:end], font=face, fill=(34, 32, 30))
            at, y = end, y + 50
    return image.rotate(dice.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor=(112, 96, 80))


def _television(dice: random.Random, words: str) -> Image.Image:
    image, draw = _room((40, 60, 110), (24, 34, 60), 560)
    channel, headline = words.split("|")
    _person(draw, 330, 380, 250, (34, 38, 52), SKIN[0])
    draw.rectangle((560, 120, 1120, 470), fill=(210, 220, 232))
    _person(draw, 840, 320, 150, UNIFORM, SKIN[1], cap=True)
    draw.rectangle((0, 640, 1200, 730), fill=(20, 60, 140))
    draw.text((60, 685), headline, font=font(48), fill=(255, 255, 255), anchor="lm")
    draw.text((60, 60), channel, font=font(34), fill=(240, 220, 120))
    return image


SCENES: dict[str, Callable[[random.Random, str], Image.Image]] = {
    "meeting": _meeting,
    "lecture": _lecture,
    "cafe": _cafe,
    "street": _street,
    "counter": _counter,
    "vehicle": _vehicle,
    "office": _office,
    "newspaper": _newspaper,
    "television": _television,
}


@dataclass(frozen=True)
class Screen:
    """A screenshot of a platform: a title bar, the account, the query conditions and a table."""

    path: str
    system: str
    page: str
    date: str
    rows: Sequence[Sequence[str]]
    account: str = ""
    query: str = ""
    time: str = ""
    type: str = "screenshot"
    issuer: str = "澜川市文化市场综合行政执法支队"
    note: str = ""


def shoot(screen: Screen) -> bytes:
    """Return the screenshot as PNG."""
    rows = screen.rows
    width, row_height = 1180, 34
    height = 210 + row_height * (len(rows) + 1) + 40
    image = Image.new("RGB", (width, height), (244, 246, 249))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 30), fill=(222, 225, 230))
    for index, colour in enumerate(((236, 106, 94), (244, 191, 79), (97, 197, 84))):
        draw.ellipse((14 + index * 20, 9, 26 + index * 20, 21), fill=colour)
    draw.rectangle((0, 30, width, 84), fill=(26, 84, 150))
    draw.text((24, 57), screen.system, font=font(23), fill=(255, 255, 255), anchor="lm")
    if screen.account:
        draw.text((width - 24, 57), f"账号：{screen.account}　退出", font=font(17), fill=(210, 226, 244), anchor="rm")
    draw.text((24, 108), screen.page, font=font(20), fill=(30, 40, 60), anchor="lm")
    if screen.query:
        draw.rectangle((20, 128, width - 20, 168), fill=(255, 255, 255), outline=(206, 212, 222))
        draw.text((34, 148), f"查询条件：{screen.query}", font=font(17), fill=(70, 80, 96), anchor="lm")
        draw.rectangle((width - 110, 133, width - 32, 163), fill=(52, 120, 200))
        draw.text((width - 71, 148), "查询", font=font(17), fill=(255, 255, 255), anchor="mm")
    _grid(draw, rows, width, row_height)
    bottom = height - 22
    draw.text((24, bottom), screen.note or f"共 {len(rows) - 1} 条", font=font(15), fill=(110, 116, 126), anchor="lm")
    if screen.time:
        draw.text((width - 24, bottom), f"截图时间：{screen.time}", font=font(15), fill=(110, 116, 126), anchor="rm")
    stream = io.BytesIO()
    image.quantize(48, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _grid(draw: ImageDraw.ImageDraw, rows: Sequence[Sequence[str]], width: int, row_height: int) -> None:
    weights = [max(3, *(min(26, len(row[column])) for row in rows)) for column in range(len(rows[0]))]
    usable, left = width - 40, 20.0
    edges = [left]
    for weight in weights:
        left += usable * weight / sum(weights)
        edges.append(left)
    for number, row in enumerate(rows):
        top = 182 + number * row_height
        fill = (232, 238, 247) if number == 0 else (255, 255, 255) if number % 2 else (248, 250, 252)
        draw.rectangle((20, top, width - 20, top + row_height), fill=fill, outline=(214, 219, 228))
        for column, cell in enumerate(row):
            draw.text((edges[column] + 10, top + row_height // 2), cell, font=font(16), fill=(40, 46, 58), anchor="lm")

"""Scanned pages with markings of state secrets, and pages that only speak of secrets: as offices' scanners give them.

``python -m bench.markings --out DIR`` makes them, ``--read DIR`` has kaoping look at them and goes on where it was
stopped, ``--judge DIR`` only judges what was read. The marked pages are drawn whole; those without a marking are small,
for there are many. What is on which stands in ``truth.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench import markings, spoiling
from bench.papers._world import World, written
from bench.papers.kinds import KINDS, Paper
from bench.papers.typesetting import typeset
from kaoping.core import resources

Picture = Image.Image
MARKED, CLEAR = 200, 1000
_TRUTH, _LATER = "truth.json", 2
_DPI = 150
_A4 = 1240, 1754  # pixels at _DPI
_LEVELS = ("绝密", "机密", "秘密")
_TRADITIONAL = {"绝密": "絕密", "机密": "機密", "秘密": "祕密"}
#: {a} the level, {b} and {c} its two characters
_FORMS = (
    *("{a}★10年", "{a}★长期", "{a}", "{a} ★ 1年", "{a}★", "{a}★6个月", "{b}　{c}", "{b} {c}★5年", "{a}★启用前"),
    *("{a}级", "★{a}★", "{a}☆3年", "{a}★20年", "{a}  ★  30年", "{a}★2年", "【{a}】", "（{a}）"),
    *("密级：{a}", "密级：{a}★3年", "{a}*10年"),
)
_SYSTEM = "/usr/share/fonts/opentype/noto"
_FONTS = {
    "sans": ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf"),
    "serif": ("NotoSerifCJK-Regular.ttc", "NotoSerifSC-Regular.otf"),
    "bold": ("NotoSansCJK-Bold.ttc", "NotoSansSC-Regular.otf"),
    "song": ("NotoSerifCJK-Bold.ttc", "NotoSerifSC-Regular.otf"),
}
_RED, _BLACK = (196, 22, 28), (20, 20, 20)
_INNOCENT = (
    "{office}\n保密工作检查通知\n各科室：为做好保密工作，定于{day}开展自查。",
    "保密协议\n甲方：{office}\n乙方：{who}\n乙方应当保守在工作中知悉的商业秘密和工作秘密，保密期限{n}年。",
    "{who}同志在会上强调，要严守国家秘密，做到机密不外泄、秘密不外传。",
    "影片放映登记表\n序号　片名　场次\n1　{film}　{n}\n2　春天的约会　3\n3　山里的孩子　5",
    "现场检查记录\n被检查单位：{shop}\n检查时间：{day}\n检查情况：证照齐全，未发现违法违规行为。",
    "《保密法》知识测试题\n一、选择题\n1．国家秘密的密级分为（　）。A. 绝密、机密、秘密  B. 机密、秘密  C. 内部、公开",
    "商业秘密保护告知书\n{shop}：请妥善保管客户资料等商业秘密，未经许可不得披露。",
    "{shop}\n营业时间 9:00—22:00\n欢迎光临",
    "问：机密级国家秘密的保密期限最长是多少？\n答：除另有规定外，不超过20年。",
    "{office}信息公开保密审查表\n信息名称：{day}检查情况\n是否涉及国家秘密：否\n审查人：{who}",
    "剧目单\n{film}\n演出单位：{office}艺术团\n时长：{n}分钟",
    "机密柜、碎纸机采购清单\n1　密码文件柜　{n}个\n2　碎纸机　2台",
    "关于开展保密宣传月活动的通知\n各单位：为增强全员保密意识，防范失泄密风险，现就有关事项通知如下。",
    "举报须知\n我们将为举报人严格保密，举报内容属于工作秘密。电话12318。",
    "保密室\n闲人免进",
    "涉密载体销毁登记簿（样表）\n密级　份数　经手人\n　　　　　　",
    "检查人员对{shop}销售的图书《{film}》进行了查验，该书有合法版权页。",
    "档案室管理制度\n第{n}条 查阅秘密级以上档案，须经分管领导批准。",
    "不得泄露国家秘密、商业秘密和个人隐私。本件依申请公开。",
    "密级栏填写说明：没有密级的，填“无”。\n密级：无",
)  # fmt: skip
_FILMS = (
    "不能说的秘密",
    "绝密飞行",
    "机密行动",
    "秘密花园",
    "绝密追缉",
    "秘密",
    "机密",
    "绝密档案",
    "天山秘密",
    "秘密访客",
)
_SHOPS = (
    "秘密花园茶楼",
    "机密档案密室逃脱",
    "绝密飞车游艺厅",
    "小秘密奶茶店",
    "秘密基地儿童乐园",
    "不能说的秘密KTV",
    "秘密★后院咖啡馆",
    "机密推理馆",
)


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    name, stock = _FONTS[face]
    path = Path(_SYSTEM, name)
    if path.is_file():
        return ImageFont.truetype(str(path), size, index=2 if name.endswith("ttc") else 0)
    return ImageFont.truetype(str(resources.fonts() / stock), size)


def marking(rng: Random) -> tuple[str, str]:
    """Return a marking as it is written, and its level."""
    level = rng.choice(_LEVELS)
    seen = _TRADITIONAL[level] if rng.random() < 0.06 else level
    return rng.choice(_FORMS).format(a=seen, b=seen[0], c=seen[1]), level


def marked_page(number: int, seed: int) -> tuple[Picture, str, str]:
    """Return a page, before it is scanned, the level that it is marked with, and how."""
    rng = Random(f"marked {seed} {number}")
    words, level = marking(rng)
    names = list(_PLACES)
    place = names[number % len(names)]
    return _PLACES[place](words, rng), level, f"{place}: {words}"


def clear_page(number: int, seed: int) -> tuple[Picture, str]:
    """Return a small page that is not marked, and what stands on it."""
    rng = Random(f"clear {seed} {number}")
    examples = _clear_examples()
    if number < len(examples):
        text = examples[number].text
    else:
        world = World(rng)
        facts = {
            "office": world.office().name,
            "day": written(world.day, "ar"),
            "who": world.person(),
            "n": rng.randrange(2, 99),
            "film": rng.choice(_FILMS),
            "shop": rng.choice(_SHOPS),
        }
        text = _INNOCENT[number % len(_INNOCENT)].format(**facts)
    face, size = rng.choice(("sans", "serif", "serif", "song")), rng.choice((26, 30, 34))
    page = Image.new("RGB", (900, 640), "white")
    draw = ImageDraw.Draw(page)
    _flow(draw, text, (60, 50), 780, _font(face, size))
    return page, text


def write(out: Path, seed: int, marked: int = MARKED, clear: int = CLEAR) -> None:
    """Write the pages to ``out`` as scans of one page each, and what is on them; those that are there stay."""
    truth: dict[str, Any] = _truth(out) if (out / _TRUTH).is_file() else {}
    for folder in ("marked", "clear"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for number in range(marked):
        path = f"marked/m{number:04d}.pdf"
        if path not in truth:
            page, level, how = marked_page(number, seed)
            (out / path).write_bytes(_scan(page, Random(f"scan {seed} {number}")))
            truth[path] = {"level": level, "what": how}
    for number in range(clear):
        path = f"clear/c{number:04d}.pdf"
        if path not in truth:
            page, text = clear_page(number, seed)
            (out / path).write_bytes(_scan(page, Random(f"scan clear {seed} {number}")))
            truth[path] = {"level": "", "what": text}
    (out / _TRUTH).write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def read(out: Path) -> None:
    """Have the pages in ``out`` read, marked and innocent ones in turn; what was read before stays.

    It takes hours: each reading stands beside its page, so that whoever stops it goes on there. Raises RuntimeError
    where nothing is there to read with.
    """
    from kaoping.evidence.reading._page_reader import read_page
    from kaoping.evidence.reading.ocr_engine import engine

    its = engine()
    if its is None:
        raise RuntimeError("nothing is there to read with")
    paths = {folder: [path for path in _truth(out) if path.startswith(folder)] for folder in ("marked", "clear")}
    places = ((at / len(those), path) for those in paths.values() for at, path in enumerate(those))
    for _, path in sorted(places):
        reading = (out / path).with_suffix(".json")
        if not reading.is_file():
            lines = json.dumps(read_page(str(out / path), 1, its.reader), ensure_ascii=False)
            reading.with_suffix(".new").write_text(lines, encoding="utf-8")
            reading.with_suffix(".new").replace(reading)


def judged_pages(out: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (what it is, its level, the level seen) for each page in ``out`` that was read; “?” for a doubt."""
    from kaoping.evidence.reading._scanned import _page_read, what_pages_say
    from kaoping.evidence.words import STOCK

    later = {its.text for its in _clear_examples() if its.place == "later"}
    for path, its in _truth(out).items():
        reading = (out / path).with_suffix(".json")
        if reading.is_file():
            page = _LATER if its["what"] in later else 1
            read = _page_read(page, json.loads(reading.read_text(encoding="utf-8")))
            says = what_pages_say({page: read}, STOCK)
            yield f"{path} {its['what']}", its["level"], says.secret or ("?" if says.doubts else "")


def _truth(out: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((out / _TRUTH).read_text(encoding="utf-8"))
    return truth


def _scan(page: Picture, rng: Random) -> bytes:
    how = spoiling.Scan.thrown(rng)
    return spoiling.as_pdf([spoiling.scanned(page, how, rng)], _DPI)


@cache
def _clear_examples() -> Sequence[markings.Example]:
    """The strings of ``markings.yaml`` that are no marking on a page, first or later."""
    all_ = [*markings.examples(), *(its for batch in markings.BATCHES for its in markings.examples(batch))]
    return [its for its in all_ if not its.level and its.place != "name"]


def _flow(draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], wide: int, font: ImageFont.FreeTypeFont) -> int:
    """Write ``text``, broken where a line is full; returns where the next line would stand."""
    x, y = at
    high = int(font.size * 1.7)
    for paragraph in text.expandtabs(4).split("\n"):
        line = ""
        for char in paragraph:
            if font.getlength(line + char) > wide:
                draw.text((x, y), line, font=font, fill=_BLACK)
                line, y = "", y + high
            line += char
        draw.text((x, y), line, font=font, fill=_BLACK)
        y += high
    return y


def _paper(rng: Random, *names: str, **more: Any) -> Picture:
    """Draw the first page of a paper, with ``more`` data than its own."""
    paper: Paper = KINDS[rng.choice(names)][1](World(rng))
    pdf = typeset(paper.layout, {**paper.data, **more})
    return next(spoiling.drawn(pdf, _DPI, most=1))


def _as_the_norm_has_it(words: str, rng: Random) -> Picture:
    """GB/T 9704—2012 7.2.2: 3号黑体, at the left edge of the type area, in its second line (its first has the 份号)."""
    corner = [*([f"{rng.randrange(1, 200):06d}"] if rng.random() < 0.6 else []), words, *rng.choice([[], ["特急"]])]
    return _paper(rng, "event_notice", "plan", "reply", "upward_report", "bulletin", corner=corner, head="one", drop=20)


def _in_the_other_corner(words: str, rng: Random) -> Picture:
    page = _paper(rng, "meeting_notice", "summary", "minutes", "briefing", top=40)
    font = _font(rng.choice(("bold", "sans")), rng.choice((28, 34)))
    x = page.width - int(font.getlength(words)) - rng.randrange(70, 150)
    ImageDraw.Draw(page).text((x, rng.randrange(50, 110)), words, font=font, fill=rng.choice((_BLACK, _RED)))
    return page


def _over_the_title(words: str, rng: Random) -> Picture:
    page = _paper(rng, "meeting_notice", "summary", top=50)
    font = _font(rng.choice(("bold", "song", "serif")), rng.choice((30, 36)))
    ImageDraw.Draw(page).text((rng.choice((150, 170)), rng.randrange(110, 170)), words, font=font, fill=_BLACK)
    return page


def _as_a_stamp(words: str, rng: Random) -> Picture:
    """A rubber stamp, in red, in a box or a round, turned a little."""
    page = _paper(rng, "meeting_notice", "summary", "guide", top=50)
    font = _font("bold", rng.choice((38, 46)))
    wide = int(font.getlength(words)) + 50
    stamp = Image.new("RGBA", (wide + 20, 110), (255, 255, 255, 0))
    draw = ImageDraw.Draw(stamp)
    ink = (*_RED, 225)
    shape = rng.choice(("box", "round", "none"))
    if shape == "box":
        draw.rectangle([6, 10, wide + 10, 98], outline=ink, width=5)
    elif shape == "round":
        draw.rounded_rectangle([6, 10, wide + 10, 98], 40, outline=ink, width=5)
    draw.text((34, 26), words, font=font, fill=ink)
    stamp = stamp.rotate(rng.uniform(-8, 8), expand=True, resample=Image.Resampling.BICUBIC)
    page.paste(stamp, (rng.randrange(80, max(81, page.width - stamp.width - 60)), rng.randrange(20, 130)), stamp)
    return page


def _in_a_table(words: str, rng: Random) -> Picture:
    """A form with a field for it."""
    page = Image.new("RGB", _A4, "white")
    draw = ImageDraw.Draw(page)
    world = World(rng)
    draw.text((400, 150), "公文处理笺", font=_font("song", 52), fill=_BLACK)
    number, day = world.number("文"), written(world.day, "dot")
    cells = [
        ("来文单位", world.office().name[:14], "密级", words.removeprefix("密级：")),
        ("来文字号", number, "收文日期", day),
        ("标　　题", world.matter()[0][:15], "份数", "1"),
    ]
    y = 290
    for row in cells:
        for x, wide, text in zip((110, 270, 790, 930), (160, 520, 140, 200), row, strict=True):
            draw.rectangle([x, y, x + wide, y + 100], outline=_BLACK, width=3)
            font = _font("serif", min(32, int((wide - 20) / max(len(text), 1) * 1.1)))
            draw.text((x + 12, y + 30), text, font=font, fill=_BLACK)
        y += 100
    font = _font("serif", 32)
    _flow(draw, "拟办意见：请有关科室阅办。\n领导批示：", (130, y + 40), 960, font)
    draw.rectangle([110, y, 1130, y + 700], outline=_BLACK, width=3)
    return page


def _as_a_watermark(words: str, rng: Random) -> Picture:
    page = _paper(rng, "meeting_notice", "summary", "plan")
    font = _font("bold", rng.choice((120, 150)))
    layer = Image.new("RGBA", page.size, (255, 255, 255, 0))
    grey = rng.choice((150, 175, 190))
    wide = font.getlength(words)
    ImageDraw.Draw(layer).text(
        ((page.width - wide) / 2, page.height / 2 - 80), words, font=font, fill=(grey, grey, grey, 200)
    )
    layer = layer.rotate(rng.choice((0, 30, 45)), resample=Image.Resampling.BICUBIC)
    page.paste(layer, (0, 0), layer)
    return page


def _upright(words: str, rng: Random) -> Picture:
    """Character below character, at the edge."""
    page = _paper(rng, "summary", "minutes", "guide")
    draw = ImageDraw.Draw(page)
    font = _font(rng.choice(("bold", "serif")), 36)
    x, y = rng.choice((60, page.width - 110)), 120
    for char in words.replace(" ", "").replace("　", ""):
        draw.text((x, y), char, font=font, fill=_BLACK)
        y += 44
    return page


def _by_hand(words: str, rng: Random) -> Picture:
    """As if written with a pen: slanted, uneven."""
    page = _paper(rng, "meeting_notice", "summary", top=50)
    layer = Image.new("RGBA", (700, 140), (255, 255, 255, 0))
    draw = ImageDraw.Draw(layer)
    x = 20.0
    for char in words:
        font = _font("serif", rng.randrange(44, 58))
        draw.text((x, 30 + rng.uniform(-8, 8)), char, font=font, fill=(28, 40, 110, 255))
        x += font.getlength(char) * rng.uniform(0.85, 1.0)
    layer = layer.transform(layer.size, Image.Transform.AFFINE, (1, 0.25, -20, 0, 1, 0), Image.Resampling.BICUBIC)
    layer = layer.filter(ImageFilter.GaussianBlur(0.6)).rotate(rng.uniform(-5, 5))
    page.paste(layer, (rng.randrange(60, 480), rng.randrange(20, 90)), layer)
    return page


def _boxed(words: str, rng: Random) -> Picture:
    page = _paper(rng, "plan", "bulletin", "briefing")
    draw = ImageDraw.Draw(page)
    font = _font(rng.choice(("bold", "song")), 34)
    wide = int(font.getlength(words))
    draw.rectangle([90, 70, 130 + wide, 140], outline=_BLACK, width=3)
    draw.text((110, 80), words, font=font, fill=_BLACK)
    return page


def _in_mixed_fonts(words: str, rng: Random) -> Picture:
    """The level in one face, what follows in another."""
    page = _paper(rng, "event_notice", "minutes", "summary", top=45, drop=22)
    draw = ImageDraw.Draw(page)
    x = 170.0
    for char in words:
        font = _font("bold" if "密" in char or char in "绝机秘絕機祕級级" else rng.choice(("serif", "sans")), 33)
        draw.text((x, 95), char, font=font, fill=_BLACK)
        x += font.getlength(char)
    return page


def _on_a_title_page(words: str, rng: Random) -> Picture:
    return _over(_paper(rng, "guide"), words, (170, 180), _font("bold", 38))


def _over(page: Picture, words: str, at: tuple[int, int], font: ImageFont.FreeTypeFont) -> Picture:
    ImageDraw.Draw(page).text(at, words, font=font, fill=_BLACK)
    return page


_PLACES: Mapping[str, Callable[[str, Random], Picture]] = {
    "norm": _as_the_norm_has_it,
    "corner": _in_the_other_corner,
    "norm, again": _as_the_norm_has_it,
    "title": _over_the_title,
    "stamp": _as_a_stamp,
    "table": _in_a_table,
    "watermark": _as_a_watermark,
    "upright": _upright,
    "hand": _by_hand,
    "boxed": _boxed,
    "mixed": _in_mixed_fonts,
    "title page": _on_a_title_page,
}

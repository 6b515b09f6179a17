"""Make papers with their truth: ``python -m bench.papers --out DIR --n 300 --seed 1``.

In ``DIR``: text/NAME.pdf, scan/NAME.pdf (the same pages scanned), photo/NAME.jpg (the first page, or the photo itself),
mail/NAME.eml, and truth.json: by file what a reader knows of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

from bench import scenes, spoiling
from bench.papers import field, kinds, others
from bench.papers._world import World, words
from bench.papers.kinds import Paper, Truth
from bench.papers.typesetting import typeset

_DRAWN: Mapping[str, Mapping[str, tuple[int, Callable[[World], Paper]]]] = {
    "kinds": kinds.KINDS,
    "others": others.KINDS,
    "field": field.KINDS,
}
_MOST_PAGES = 4  # that are scanned
_PHONES = ("HUAWEI P9", "Xiaomi MI 5", "Apple iPhone 7", "vivo X9")


def made(number: int, seed: int, *, drawn: str = "kinds") -> tuple[str, Paper]:
    """Return the kind of the paper ``number``, and the paper; of the forms that were ``drawn`` at one time."""
    rng = Random(f"{seed} {number}")
    its = _DRAWN[drawn]
    names = list(its)
    # each kind comes at once in every round, then by its weight
    name = names[number % len(names)] if number < 2 * len(names) else rng.choices(names, [its[n][0] for n in names])[0]
    return name, its[name][1](World(rng))


def write(out: Path, count: int, seed: int, *, spoilt: bool = True, drawn: str = "kinds") -> None:
    """Write ``count`` papers and more photos and mails to ``out``."""
    truths: dict[str, Any] = {}
    for folder in ("text", "scan", "photo", "mail"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name, paper = made(number, seed, drawn=drawn)
        truth = asdict(paper.truth) | {"layout": paper.layout, "made_as": name}
        pdf = typeset(paper.layout, paper.data)
        stem = f"{number:04d}-{name}"
        for path, data, medium in _media(pdf, stem, Random(f"spoil {seed} {number}"), spoilt=spoilt):
            (out / path).write_bytes(data)
            truths[path] = truth | {"medium": medium, "paper": stem}
    for number in range(max(count // 20, 2)):
        truths |= _photo(out, number, seed) | _mail(out, number, seed)
    text = json.dumps(truths, ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(text, encoding="utf-8")


def _media(pdf: bytes, stem: str, rng: Random, *, spoilt: bool) -> Iterator[tuple[str, bytes, str]]:
    yield f"text/{stem}.pdf", pdf, "text"
    if not spoilt:
        return
    how = spoiling.Scan.thrown(rng)
    pages = [spoiling.scanned(page, how, rng) for page in spoiling.drawn(pdf, how.dpi, most=_MOST_PAGES)]
    yield f"scan/{stem}.pdf", spoiling.as_pdf(pages, how.dpi), "scan"
    if rng.random() < 0.34:
        page = next(spoiling.drawn(pdf, rng.choice([150, 170, 190]), most=1))
        picture = spoiling.photographed(page, rng)
        yield f"photo/{stem}.jpg", spoiling.jpeg(picture, rng.choice([70, 80, 88])), "photo"


def _photo(out: Path, number: int, seed: int) -> dict[str, Any]:
    """Write a photo of a training: what it is of stands in its banner, when in its EXIF (or nowhere)."""
    rng = Random(f"photo {seed} {number}")
    world = World(rng)
    matter, lines = world.matter("training", "case_training")
    when = datetime.combine(world.day, time(rng.randrange(8, 18), rng.randrange(60)))
    dated = rng.random() < 0.75
    exif = scenes.with_exif(when if dated else None, rng.choice(_PHONES), (30.1, 114.3) if rng.random() < 0.5 else None)
    picture = scenes.scene(rng.randrange(10**6), words=matter)
    path = f"photo/{number:04d}-scene.jpg"
    (out / path).write_bytes(spoiling.jpeg(picture, 85, exif=exif))
    date = world.day.isoformat() if dated else None
    truth = Truth(matter, None, [], date, ["photo"], [line for line in lines if line == "10"])
    return {path: asdict(truth) | {"layout": "", "made_as": "scene", "medium": "scene", "paper": ""}}


def _mail(out: Path, number: int, seed: int) -> dict[str, Any]:
    """Write a mail that sends a report off."""
    rng = Random(f"mail {seed} {number}")
    world = World(rng)
    office = world.office().name
    matter, lines = world.matter("special", "porn", "campus", "credit")
    title = f"{rng.choice(['', '转发：', '报送'])}{world.city}市{matter}{rng.choice(['工作总结', '情况报告', '信息'])}"
    mail = EmailMessage()
    mail["From"], mail["To"] = f"{office} <bgs@example.cn>", f"{world.province}文化厅 <whscc@example.cn>"
    mail["Subject"] = title
    sent = datetime.combine(world.day, time(rng.randrange(8, 18), rng.randrange(60))) + timedelta(0)
    mail["Date"] = sent.strftime("%a, %d %b %Y %H:%M:00 +0800")
    mail["Message-ID"] = f"<{number}.{seed}@example.cn>"
    mail.set_content("\n".join(["省厅：", *world.prose(2), office, rng.choice(words()["surnames"]) + "某"]))
    path = f"mail/{number:04d}-mail.eml"
    (out / path).write_bytes(mail.as_bytes())
    truth = Truth(title, None, [office], world.day.isoformat(), ["document", "summary", "other", "briefing"], lines)
    return {path: asdict(truth) | {"layout": "", "made_as": "mail", "medium": "mail", "paper": ""}}


def main() -> None:
    """Take the command's words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text-only", action="store_true", help="no scans, no photos of pages")
    parser.add_argument(
        "--drawn", choices=[*_DRAWN], default="kinds", help="which forms (kinds.py, others.py, field.py)"
    )
    given = parser.parse_args()
    write(given.out, given.n, given.seed, spoilt=not given.text_only, drawn=given.drawn)


if __name__ == "__main__":
    main()

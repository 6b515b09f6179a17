"""A unit of a pack of two lines, and its 报送稿: what is small enough to be handed in by every way there is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bundles import pdf
from kaoping import api

PACK = """\
id: tiny-2017
title: 小考核
matter: 小考核
year: 2017
levels: [设区市]
kinds: [training, meeting]
documents: [covering-letter]
"""
RUBRIC = """\
title: 小考核办法
total: 5
sections:
- id: 一
  title: 培训
  heading: 一、培训（5分）
  points: 5
  lines:
  - line: "1"
    title: 培训场次
    of: 2
    row: {content: 1）培训场次, basis: 以通知为依据, points: "2", standard: 组织2场以上的得2分，组织1场的得1分。}
    accepts: [notice]
    rule:
      tiers:
        measure: {count: training, as: 培训, unit: 场}
        steps:
        - {at_least: 2, points: 2, text: 组织2场以上的得2分}
        - {equals: 1, points: 1, text: 组织1场的得1分}
        - {below: 1, points: 0, text: ""}
  - line: "2"
    title: 会议
    of: 3
    row: {content: 2）会议, basis: 以会议纪要为依据, points: "3", standard: 召开会议的得3分，没有召开的得0分。}
    accepts: [minutes]
    rule:
      tiers:
        measure: {count: meeting, as: 会议, unit: 次}
        steps:
        - {at_least: 1, points: 3, text: 召开会议的得3分}
        - {below: 1, points: 0, text: 没有召开的得0分}
"""
UNIT = """\
id: JS
name: 甲市小考核办公室
short_name: 甲市
region: 甲市
level: 设区市
year: 2017
rubric: tiny-2017
addressee: 省小考核办公室
contact: 林晓岚
submit_date: 2017-12-22
"""
TRAININGS = "- {id: P01, title: 甲班, date: 2017-05-16, mode: 线下, scope: 全市, host: 市级, evidence: 甲班通知.pdf}\n"
SECOND = "- {id: P02, title: 乙班, date: 2017-06-16, mode: 线下, scope: 全市, host: 市级, evidence: 乙班通知.pdf}\n"
MEETINGS = "- {id: H01, title: 会, date: 2017-03-01, topic: 综合执法改革, evidence: 纪要.pdf；签到表.pdf}\n"
FILES = {"甲班通知.pdf": "first", "纪要.pdf": "minutes", "签到表.pdf": "signed"}


def handed_in(folder: Path) -> Path:
    """Make a unit of a pack of two lines, and its 报送稿 of 22 December; returns its folder."""
    lay_out_pack(folder)
    lay_out(folder)
    api.build(folder, final=True)
    return folder


def lay_out_pack(folder: Path) -> None:
    """Put the pack of two lines into ``folder``: a unit's, or the one that units lie in."""
    put(folder / "规则包/tiny-2017", {"pack.yaml": PACK, "rubric.yaml": RUBRIC})


def lay_out(folder: Path, name: str = "甲市", **records: str) -> Path:
    """Make the unit of ``name``, with ``records`` (stem → text) written over its own, without a pack; returns it."""
    put(folder, {"notice.yaml": "documents: [covering-letter]\n"})
    stems = {"unit": UNIT.replace("甲市", name), "trainings": TRAININGS, "meetings": MEETINGS} | records
    put(folder / "records", {f"{stem}.yaml": text for stem, text in stems.items()})
    for file, text in FILES.items():
        pdf(folder / "材料" / file, [text])
    return folder


def put(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")

"""A district and its towns, by a pack of two lines of their own: packages handed up, and what comes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kaoping import api
from kaoping.core import fs
from kaoping.package import handed_records, manifest
from kaoping.package.bag import BagInfo
from kaoping.package.manifest import Output
from kaoping.package.staging import staging
from kaoping.pipeline._handed_up import handed_up

FOLDER = "下级考评包"
PACK = """\
id: towns-2017
title: 乡镇考核
year: 2017
levels: [区县, 乡镇]
kinds: [town, matter]
documents: [covering-letter]
"""
RUBRIC = """\
title: 乡镇考核办法
total: 5
sections:
- id: 一
  title: 事项
  heading: 一、事项（5分）
  points: 5
  lines:
  - line: "1"
    title: 办结事项
    of: 3
    row: {content: 1）办结事项, basis: 以通知为依据, points: "3", standard: 全区办结4件以上的得3分，2件以上的得1分。}
    accepts: [notice]
    rule:
      tiers:
        measure: {count: matter, where: {done: {blank: 否}}, as: 办结事项, unit: 件}
        steps:
        - {at_least: 4, points: 3, text: 全区办结4件以上的得3分}
        - {at_least: 2, points: 1, text: 2件以上的得1分}
        - {below: 2, points: 0, text: ""}
  - line: "2"
    title: 乡镇建站
    of: 2
    row: {content: 2）建站, basis: 以通知为依据, points: "2", standard: 所辖乡镇全部建站的得2分，没有的得0分。}
    accepts: [notice]
    rule:
      tiers:
        measure:
          share:
            part: {count: town, where: {station: 是}, as: 建站的乡镇, unit: 个}
            whole: {count: town, as: 所辖乡镇, unit: 个}
          as: 建站比例
        steps:
        - {at_least: 100%, points: 2, text: 所辖乡镇全部建站的得2分}
        - {below: 100%, points: 0, text: 没有的得0分}
"""
TOWN = """\
x-title: 乡镇
x-file: towns.yaml
x-purpose: 所辖乡镇，一个一条
primaryKey: id
fields:
- {name: id, title: 编号, type: string, constraints: {required: true, unique: true}}
- {name: name, title: 名称, type: string, constraints: {required: true, unique: true}}
- {name: station, title: 已建站, type: boolean, trueValues: [是], falseValues: [否]}
"""
MATTER = """\
x-title: 事项
x-file: matters.yaml
x-purpose: 办理的事项，一件一条
primaryKey: id
fields:
- {name: id, title: 编号, type: string, constraints: {required: true, unique: true}}
- {name: title, title: 名称, type: string, constraints: {required: true}}
- {name: level, title: 层级, type: string, constraints: {required: true, enum: [本级, 乡镇]}}
- {name: town, title: 所在乡镇, type: string}
- {name: doc_no, title: 文号, type: string}
- {name: filed, title: 受理日期, type: date}
- {name: done, title: 办结日期, type: date, x-year: true}
- {name: evidence, title: 佐证材料, type: string, x-list: true}
"""
UNIT = """\
fields:
- {name: station, title: 建站情况, type: string, constraints: {enum: [建成, 在建, 不用建]}}
"""
ROLLUP = """\
units: {kind: town, field: name}
take:
- id: stations
  from: unit
  into: town
  named: name
  completes: true
  turn: {station: {field: station, values: {建成: 是, 在建: 否}}}
  lines: {"2": 所辖乡镇全部建站的得2分}
- id: matters
  from: matter
  where: {level: 本级}
  into: matter
  named: town
  same: [doc_no]
  apart: [title]
  set: {level: 乡镇}
  copy: [title, doc_no, filed, done]
  lines: {"1": 全区办结4件以上的得3分}
"""
_FACTS = """\
id: {id}
name: {region}办公室
short_name: {region}
region: {region}
level: {level}
year: 2017
rubric: towns-2017
addressee: 省办公室
contact: 林晓岚
submit_date: 2017-12-22
"""
TOWNS = "- {id: X1, name: 东屏镇}\n- {id: X2, name: 云渚乡}\n- {id: X3, name: 和平乡}\n"


def matter(number: int, mark: str, more: str = "", *, level: str = "本级") -> str:
    """Return a matter of the unit with the ``mark``, as a line of records/matters.yaml; ``more`` are other fields."""
    doc_no = "" if "doc_no" in more else f", doc_no: {mark}办〔2017〕{number}号"
    done = "" if "done" in more else ", done: 2017-05-08"
    return (
        f"- {{id: S{number}, title: {mark}事{number}, level: {level}, filed: 2017-03-0{number}{doc_no}{done}{more}}}\n"
    )


def lay_out_pack(folder: Path, rollup: str = ROLLUP) -> Path:
    """Put the pack where units below ``folder`` find it; returns its own folder."""
    pack = folder / "规则包" / "towns-2017"
    files = {"pack.yaml": PACK, "rubric.yaml": RUBRIC, "rollup.yaml": rollup}
    _put(pack, files | {"records/town.yaml": TOWN, "records/matter.yaml": MATTER, "records/unit.yaml": UNIT})
    return pack


def lay_out_town(folder: Path, region: str, station: str = "建成", **records: str) -> Path:
    """Make the unit of a town that hands up its records, ``records`` (stem → text) over its own; returns it."""
    facts = _FACTS.format(id="T", region=region, level="乡镇") + (f"station: {station}\n" if station else "")
    _lay_out(folder, {"unit": facts, "towns": "[]\n", "matters": matter(1, region[0])} | records)
    _put(folder, {"notice.yaml": "records: 是\n"})
    return folder


def lay_out_district(folder: Path, **records: str) -> Path:
    """Make the district that lists its three towns by name, ``records`` (stem → text) over its own; returns it."""
    facts = _FACTS.format(id="Q", region="澜川区", level="区县")
    _lay_out(folder, {"unit": facts, "towns": TOWNS, "matters": matter(1, "澜")} | records)
    return folder


def _lay_out(folder: Path, records: Mapping[str, str]) -> None:
    """Write the records of a unit; an empty text leaves the file out."""
    _put(folder, {f"records/{stem}.yaml": text for stem, text in records.items() if text})


def _put(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def packed(unit: Path, target: Path, **over: Any) -> Path:
    """Pack the records of the unit alone: a sound package without the papers, ``over`` in place of its manifest's."""
    assessment = api.assess(unit)
    return _pack(target, manifest.manifest(assessment.rubric, assessment.card, assessment.plan) | over,
                 handed_up(assessment))  # fmt: skip


def repacked(package: Path, target: Path, records: Any, **over: Any) -> Path:
    """Pack ``records`` in place of those of ``package``, ``over`` in place of its manifest's: sound, if nonsense."""
    document = json.loads((package / manifest.FILE_NAME).read_bytes())
    return _pack(target, document | over, records)


def records_of(package: Path) -> Any:
    """Return 上报记录.json of a package, as data."""
    return json.loads((package / "data" / "上报记录.json").read_bytes())


def _pack(target: Path, document: Mapping[str, Any], records: Any) -> Path:
    name, other = "上报记录.json", "说明.txt"
    with staging(target) as stage:
        fs.write_bytes(stage.path(other), "什么也没有".encode())
        outputs = [Output(other, manifest.OTHER, "说明")]
        if records is not None:
            fs.write_bytes(stage.path(name), manifest.to_bytes(records) if isinstance(records, dict) else records)
            outputs.append(Output(name, handed_records.ROLE, "上报记录"))
        stage.finish(BagInfo("办公室", "自评材料"), document, outputs)
    return target

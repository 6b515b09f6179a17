"""Personal data in texts and files, and what only looks like them: each with what a reader says is in it.

The truth is laid down by hand in ``persons.yaml``; all numbers are invented here, their check digits worked out as the
standards say and not by the program. Run: ``python -m bench.persons``. Prints precision and recall.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from bench import hidden_places
from bench import marked_files as made
from bench.marked_office import document_of_table, workbook
from bench.markings import Tally
from kaoping.evidence._judge import judge
from kaoping.evidence.words import STOCK

#: Texts that were written when the rules stood: by whoever wrote the rules, and after somebody had got round them.
BATCHES = ("later", "held_out", "afterwards")
_SLOT = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")


class Example(NamedTuple):
    """A text, the kinds of personal data in it, each as often as it is there, and with which batch it came."""

    text: str
    kinds: tuple[str, ...]
    batch: str  # "" for those that the rules were written for


def examples(seed: int = 14) -> list[Example]:
    """Return all texts, with numbers of this ``seed``."""
    rows = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    make = Maker(seed)
    return [Example(make.fill(row["text"]), tuple(row["kinds"]), next(filter(row.get, BATCHES), "")) for row in rows]


class Maker:
    """Invents numbers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._makers: dict[str, Callable[[], str]] = {
            "id18": self.identity,
            "id15": self.old_identity,
            "bad18": lambda: _other_end(self.identity()),
            "mobile": self.mobile,
            "mobile2": self.mobile,
            "card": lambda: self.card("622202", 19),
            "card16": lambda: self.card("621700", 16),
            "visa": lambda: self.card("451461", 16),
            "master": lambda: self.card("525498", 16),
            "icbc": lambda: self.card("955880", 19),
            "bad_card": lambda: _other_end(self.card("622202", 19)),
            "permit": lambda: self.identity("810000"),
            "pass_hk": lambda: f"H{self._digits(8)}",
            "pass_hk10": lambda: f"M{self._digits(10)}",
            "pass_tw": lambda: self._digits(8),
            "pass_tw10": lambda: f"{self._digits(10)}(B)",
            "passport": lambda: f"E{self._digits(8)}",
        }

    def fill(self, text: str) -> str:
        """Return ``text`` with a number in each slot, written as the slot says."""
        return _SLOT.sub(lambda slot: _written(self._makers[slot[1]](), slot[2] or ""), text)

    def identity(self, region: str = "530102") -> str:
        """An identity number of GB 11643-1999."""
        body = f"{region}{self._random.randint(1950, 2012)}{self._day()}{self._random.randint(0, 999):03}"
        weights = [2**power % 11 for power in range(17, 0, -1)]
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + "10X98765432"[total % 11]

    def old_identity(self) -> str:
        """An identity number of fifteen digits, as it was given out until 1999."""
        return f"530102{self._random.randint(50, 99)}{self._day()}{self._random.randint(0, 999):03}"

    def mobile(self) -> str:
        """A number of eleven digits."""
        return f"1{self._random.randint(3, 9)}{self._digits(9)}"

    def card(self, prefix: str, length: int) -> str:
        """A card number with the check digit of ISO/IEC 7812-1."""
        body = prefix + self._digits(length - len(prefix) - 1)
        total = 0
        for place, digit in enumerate(reversed(body)):
            value = int(digit) * (2 if place % 2 == 0 else 1)
            total += value // 10 + value % 10
        return f"{body}{-total % 10}"

    def _day(self) -> str:
        return f"{self._random.randint(1, 12):02}{self._random.randint(1, 28):02}"

    def _digits(self, number: int) -> str:
        return "".join(str(self._random.randint(0, 9)) for _ in range(number))


def _other_end(number: str) -> str:
    return number[:-1] + ("4" if number[-1] != "4" else "5")


def _written(number: str, how: str) -> str:
    """``how``: 3-4-4 in parts, full in full width, 7/ with a line's end after the seventh."""
    if how == "full":
        return number.translate(_FULL)
    if how.endswith("/"):
        return f"{number[: int(how[:-1])]}\n{number[int(how[:-1]) :]}"
    if not how:
        return number
    separator = re.sub(r"\d", "", how)[0]
    parts, at = [], 0
    for size in map(int, how.split(separator)):
        parts.append(number[at : at + size])
        at += size
    return separator.join(parts)


def counted(judged: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> Tally:
    """Count (what it is, the kinds in it, the kinds seen), each thing by itself."""
    right, missed, for_nothing = 0, [], []
    for what, wanted, seen in judged:
        both = Counter(wanted) & Counter(seen)
        right += both.total()
        missed += [f"{what}（{kind}）" for kind in (Counter(wanted) - both).elements()]
        for_nothing += [f"{what}（{kind}）" for kind in (Counter(seen) - both).elements()]
    return Tally(right, missed, for_nothing)


def judged_texts(batch: str) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yield each text, the kinds in it and the kinds seen."""
    for its in examples():
        if its.batch == batch:
            yield its.text, its.kinds, [hit.title for hit in STOCK.personal_data(its.text)]


def files() -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield name, bytes and kinds of files whose personal data their pages may not show, or show broken."""
    make = Maker(15)
    register = [f"{name}\t{make.mobile()}\t{make.identity()}" for name in ("赵一", "钱二", "孙三")]
    both = ["手机号", "身份证号"] * 3
    head = "姓名\t电话\t证件"
    yield "登记表.csv", "\n".join([head, *register]).replace("\t", ",").encode("gb18030"), both
    yield "登记表.xlsx", workbook([head, *register]), both
    yield "数字登记表.xlsx", workbook([head, *register], numbers=True), both
    yield "隐藏表.xlsx", workbook([head, *register], state="hidden"), both
    yield "举报.xlsx", workbook(["举报人\t内容", "王建国\t盗版", "匿名\t噪声", "李红\t上网"]), ["举报人姓名"] * 2
    yield "学生.xlsx", workbook(["姓名\t年龄", "王小明\t13", "李大红\t35"]), ["未成年人姓名"]
    yield "台账.xlsx", workbook(["案号\t金额\t日期", "云文综〔2017〕7号\t13800\t2017-05-16"]), []
    yield "登记表.docx", document_of_table([head, *register]), both
    yield (
        "正文.docx",
        document_of_table([make.fill("举报人王建国反映，电话+86{mobile}")]),
        ["举报人姓名", "手机号"],
    )
    yield "通知.docx", document_of_table(["关于开展检查的通知", "举报电话 12318"]), []
    yield "批注.pdf", made.noted(make.fill("联系{mobile:3-4-4}")), ["手机号"]
    yield "表单.pdf", made.filled(make.identity()), ["身份证号"]
    yield "图章.pdf", made.stamped(make.fill("电话{mobile}")), ["手机号"]
    yield "第二页.pdf", made.second_page(make.fill("卡号{card}")), ["银行卡号"]
    yield (
        "记录.txt",
        make.fill("举报人：群众。学生王小明，13岁，电话{mobile:7/}。").encode(),
        ["未成年人姓名", "手机号"],
    )
    slips = ["订单号\t金额（元）", make.fill("{mobile}\t13800000000"), make.fill("{mobile}\t15900000000")]
    yield "订单.csv", "\n".join(slips).replace("\t", ",").encode(), []
    yield "订单.xlsx", workbook(slips, numbers=True), []
    yield "订单.docx", document_of_table(slips), []
    yield "照片.jpg", hidden_places.PLACES["JPEG备注"][1](make.fill("报名电话{mobile}")), ["手机号"]
    yield "截图.png", hidden_places.PLACES["PNG的iTXt"][1]("截图 2017-05-16"), []
    yield "邮件.eml", hidden_places.PLACES["邮件的Comments"][1](make.fill("证件{id18}")), ["身份证号"]
    yield "说明.txt", make.fill("流水号{id15}，条码 6901234567892").encode(), []


def judged_files() -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Judge the files; yield each name, the kinds in it and the kinds seen."""
    with tempfile.TemporaryDirectory() as root:
        for number, (name, content, kinds) in enumerate(files()):
            folder = Path(root, str(number))
            folder.mkdir()
            path = folder / name
            path.write_bytes(content)
            seen = [hit for hit in judge(str(path), str(folder), {})["personal"] if not hit.startswith("等共")]
            yield name, _few(kinds), _few([hit.partition(" ")[0] for hit in seen])


def _few(kinds: Sequence[str]) -> list[str]:
    """Of each kind one: no more than five things are told of a file."""
    return sorted(set(kinds))


def main() -> int:
    """Measure and print."""
    print("| what | precision | recall | missed | for nothing |")
    print("|---|---|---|---|---|")
    rows = {
        **{f"texts {batch}".rstrip(): list(judged_texts(batch)) for batch in ("", *BATCHES)},
        "files": list(judged_files()),
    }
    for what, judged in rows.items():
        its = counted(judged)
        cells = (f"{its.precision:.3f}", f"{its.recall:.3f}", "；".join(its.missed), "；".join(its.for_nothing))
        print(f"| {what} ({len(judged)}) | {' | '.join(map(repr, cells))} |".replace("'", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())

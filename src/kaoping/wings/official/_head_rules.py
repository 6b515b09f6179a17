"""Head, title and addressee: 7.2, 7.3.1, 7.3.2 of GB/T 9704—2012, and what the 条例 asks of them."""

from __future__ import annotations

import re

from kaoping.wings.official import _patterns
from kaoping.wings.official._elements import Elements
from kaoping.wings.official._norms import norms
from kaoping.wings.official._remedies import put_at_end, put_for
from kaoping.wings.official._report import Report

_BETWEEN = re.compile("[、，,]")
_ALSO = ("并", "同时", "抄")  # 省文化厅（并报省公安厅）
_BRACKETED = re.compile("[（(]([^（）()]*)[）)]")
_QUOTED_NUMBER = re.compile(
    r"(?P<code>[\u4e00-\u9fff]{2,12})(?P<open>[\[【（(［])\s*(19|20)\d\d\s*[\]】）)］]\s*(?P<nth>第?)\s*\d+\s*号"
)


def check(elements: Elements, report: Report) -> None:
    """Check the elements that stand before the text, and the 发文字号 that the text quotes."""
    _doc_number(elements, report)
    _signer(elements, report)
    _title(elements, report)
    _addressee(elements, report)
    for text in elements.texts:
        for paragraph in text.body:
            for match in _QUOTED_NUMBER.finditer(paragraph.text):
                if match["code"].endswith(norms().words["instruments"]):
                    continue
                report.add("format.doc_number_quoted", paragraph, actual=match[0])


def _doc_number(elements: Elements, report: Report) -> None:
    paragraph = elements.doc_number
    match = _patterns.DOC_NUMBER.match(paragraph.words) if paragraph is not None else None
    if match is None:
        return
    wrong = []
    if match["open"] + match["close"] != "〔〕":
        wrong.append(f"年份用了“{match['open']}{match['close']}”，应为六角括号“〔〕”")
    if len(match["year"]) != 4 and not _patterns.is_open(match["year"]):
        wrong.append(f"年份“{match['year']}”没有写全")
    in_a_series = norms().words["in_series"]  # 公告〔2021〕第15号
    is_serial = match["code"].endswith(in_a_series) or (elements.genre and elements.genre.name in in_a_series)
    if match["nth"] and not is_serial:
        wrong.append("序号前不加“第”字")
    if match["number"].startswith("0"):
        wrong.append(f"序号“{match['number']}”不编虚位，应为“{match['number'].lstrip('0') or '1'}”")
    if not match["end"]:
        wrong.append("末尾缺“号”字")
    if wrong:
        actual = match[0].strip()
        wanted = f"{match['code']}〔{match['year']}〕{match['number'].strip().lstrip('0') or '1'}号"
        remedies = put_for(paragraph, actual, wanted) if paragraph and len(match["year"]) == 4 else []
        report.add("format.doc_number", paragraph, remedies, actual=actual, why="；".join(wrong))


def _signer(elements: Elements, report: Report) -> None:
    goes_up = elements.genre is not None and elements.genre.direction == "上行"
    if elements.has_head and goes_up and elements.signer is None:
        assert elements.genre is not None
        report.add("format.signer_missing", elements.doc_number, genre=elements.genre.name)
    match = _patterns.SIGNER.search(elements.signer.words) if elements.signer is not None else None
    if match and elements.signer is not None and match["colon"] != "：":
        colon = put_for(elements.signer, match["colon"], "：") or put_for(elements.signer, "签发人", "签发人：")
        report.add("format.colon", elements.signer, colon, element="签发人", source="7.2.6")


def _title(elements: Elements, report: Report) -> None:
    title, lines = elements.title_text, elements.main.title
    if not lines:
        if elements.is_official and elements.main.body and not elements.title_aside:
            report.add("format.title_missing")
        return
    if re.search("[。．.；;，,！!]$", title):
        report.add("format.title_end", lines[-1], put_for(lines[-1], title[-1], "", last=True), actual=title[-1])
    if re.search("(请示报告|报告请示|请示函|报告函)[。]?$", title):
        report.add("format.title_doubled", lines[-1], actual=title[-4:].rstrip("。"))
    elif elements.is_official and elements.genre is None:
        bare = title.rstrip("。．.；;，,！!")
        ending = next((word for word in norms().words["not_genres"] if bare.endswith(word)), "")
        report.add("format.title_genre", lines[-1], actual=f"以“{ending}”结尾" if ending else "末尾没有文种")


def _addressee(elements: Elements, report: Report) -> None:
    paragraph = elements.addressee
    if paragraph is None:
        return
    words = paragraph.words
    if not words.endswith("："):
        actual = "用了半角冒号" if words.endswith(":") else "没有冒号"
        report.add("format.addressee_colon", paragraph, put_at_end(paragraph, "：", ":，,、；;。."), actual=actual)
    offices = _offices(words.rstrip("：:"))
    goes_up = elements.genre is not None and elements.genre.direction == "上行"
    if goes_up and len(offices) > 1 and not _is_pair(offices):
        report.add("format.addressee_many", paragraph, actual=len(offices))


def _offices(words: str) -> list[str]:
    """Return the offices that a line names. One in brackets is the same office's second name (省文化厅（省文物局）).

    Brackets that hold several name so many more; those within a name (县（市、区）文化局) hold none.
    """
    endings = norms().words["offices"]
    whole = _BRACKETED.fullmatch(words)
    words = whole[1] if whole else words
    inside = [(_BETWEEN.split(inner), inner.startswith(_ALSO)) for inner in _BRACKETED.findall(words)]
    more = [
        names for names, also in inside if (also or len(names) > 1) and all(name.endswith(endings) for name in names)
    ]
    named = [name.strip() for name in _BETWEEN.split(_BRACKETED.sub("", words)) if name.strip()]
    # 各市、县文化局: the first goes with the last
    named = [name for name in named if name.endswith(endings) or not name.startswith("各")]
    return named + [name for names in more for name in names]


def _is_pair(offices: list[str]) -> bool:
    """Whether they are a party committee and its government (市委、市政府)."""
    first, second = offices[0], offices[-1]
    return len(offices) == 2 and any(
        first.endswith(party) and second.endswith(government) for party, government in norms().pairs
    )

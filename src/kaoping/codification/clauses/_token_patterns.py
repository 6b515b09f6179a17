"""What numbers, limits, days, ranks and formulas of a clause look like: patterns over the vocabulary."""

from __future__ import annotations

import re
from functools import cache

from kaoping.codification.clauses._clause_words import words

HAN = "零〇一二三四五六七八九十百千万两"
_NUMBER = rf"(?:[零一二三四五六七八九十]+点[零一二三四五六七八九]+|[0-9]+(?:\.[0-9]+)?[万亿]?|[{HAN}]+)"
_SPAN = r"(?:——|—|–|-|~|至|到)"


def _any(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, texts))


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Return the pattern of each thing that a token may be, by its name."""
    its = words()
    unit = f"(?!{_any(its.no_units)})(?:{_any(its.units)})(?!性)"
    points = rf"({_NUMBER})(?:{_SPAN}({_NUMBER}))?分(?!钟|之|管|局|类|级|别|析|公|数|解|工|布|发|配|部|段)"
    bare = r"([0-9]+(?:\.[0-9]+)?)(?=[,;。、)]|$)"
    worth = rf"(?:该项|本项|此项)?(?:{points}|{bare}|({_any(its.acts['whole'])}))"
    acts = sorted({word for texts in its.acts.values() for word in texts}, key=len, reverse=True)
    most = _any(its.acts["most"])
    verb = "(?:扣减|扣|可得|得|计|记|可加|加|可扣)?"
    return {
        "period": re.compile(rf"每个?(?:{_any(its.periods)})度?(?!扣|得|加)"),
        "first_time": re.compile(r"(?:首次|初次|再次)(?:发生|出现|发现|违反|违规)?(?=的?,?[扣减不])"),
        "each_of_each": re.compile(r"每([人户家])每(次)(?=[扣减加])"),
        "aside": re.compile(
            r"以[^,;:。()0-9最高低得分]{0,12}(?:资料|材料|记录|台账|文件|档案|凭证|数据|通报)为准(?=[,;。)]|$)"
            r"|\([^()0-9]{0,20}(?:不能|不可|不再|不得|不)重复[^()0-9]{0,6}\)|\([^()0-9]{0,16}(?:例外|除外|可以没有|可不设)\)"
            r"|\([A-Z][A-Z/]*[0-9][0-9.\-]*\)|\(\)"
            r"|按照?[^,;。0-9]{2,30}(?:进行扣分|进行计分|计分|扣分)(?=,每)"
            r"|其中(?=有?(?:任何|任意|任)?[一1][项处个样][^,;。0-9]{0,12}?[不未缺没无违])"
            r"|(?:并|同时|并且)(?:予以|给予|依法|依规|按规定)*(?:追究[^,;。()0-9分扣]{0,8}责任|通报批评|全[市县区]通报"
            r"|责令(?:限期)?整改|约谈[^,;。()0-9分扣]{0,8})(?=[,;。)]|$)"
            r"|(?:情节严重的?,?)?(?:依法|依规|按规定)*移[送交][^,;:。()0-9分]*(?:处理|查处|处置|机关|部门)(?=[,;。)]|$)"
        ),
        "quote": re.compile(
            rf"{_any(its.literals)}|[0-9]{{1,2}}月份|1[0-9]{{4}}(?=[^0-9,;。]{{0,4}}(?:热线|电话|平台))|"
            + rf"{_NUMBER}{unit}中(?=[^,;。0-9]{{0,8}}{_NUMBER}{unit})|{_NUMBER}{_SPAN}{_NUMBER}岁|"
            + rf"{_NUMBER}周?岁(?:及?以[上下]|以内)(?=的?[^,;。:0-9的得扣加不]{{2}})|"
            + rf"(?:24|二十四)小时(?={_any(its.round_the_clock)})|"
            + rf"(?:以上|上述)[两二三四五六七八九十0-9]+(?:{_any(its.of_things)}|者)|"
            + rf"(?:{_any(its.grave)})(?=的|者|,)|"
            + r"每年度?|《[^》]*》|〔[^〕]*〕[0-9]*号?|“[^”]*”|\"[^\"]*\"|[0-9]{4}年度?"
        ),
        "sample": re.compile(rf"(?:随机)?抽[查取检样]{{0,2}}{_NUMBER}{unit}(?=[^,;0-9]{{0,12}},(?:每|发现|有?[1一]))"),
        "named_span": re.compile(
            rf"{_NUMBER}(?:{_any(its.spans_of_names)})(?:以内|之内|内)?(?=[^,;:()0-9{HAN}]{{1,10}}率)"
        ),
        "partial": re.compile(
            rf"不足(?:({_NUMBER})?({unit})|部分)?(?:的部分|部分|者|的)?,?"
            rf"(?:(不计|不扣分|不扣|不计分|忽略不计|不予计算)|(按(?:{_NUMBER})个?(?:{unit})?(?:计算|计分|计|扣分|扣减|处理))"
            r"|(按比例(?!得分|计算得分|折算)(?:计算|扣分|扣减|计分|计)?))"
        ),
        "limit": re.compile(
            rf"(?:(?:以上|上述)?(?:各项|[两二三四五六]项)|本项|该项|此项|本?观测点|本指标|该指标|分值|全年|单项|共|总共|累计|合计|以上|扣分|加分|得分|累计扣分|累计加分)*(?:{most}|不超过|不得超过|上限为?|累计不超过)(?:不超过)?"
            rf"(?P<verb>{verb})(?:分)?(?:不超过)?{points}(?!得|扣)(?:为限|封顶|为止)?"
            rf"|封顶(?:为)?(?P<low3>{_NUMBER})分|以(?P<low4>{_NUMBER})分(?:为限|为上限|为最高限|封顶)"
            rf"|(?P<verb2>{verb})(?:满|完)?(?P<low2>{_NUMBER})分(?:为限|封顶|为止)"
        ),
        "complement": re.compile(
            r"(?:(?:本项|该项|此项|考核|实际|指标|实)?(?:得分|计分)(?:=|为|:)|按照?|以)\((?:1|100%)-"
            rf"([^0-9=+\-*×÷/(),;:]*?(?:率|比例|比重))\)(?:×|x|X|\*|乘以|乘)(?:({_NUMBER})分?|{_any(its.all_points)})"
            r"(?:计算得分|计分|得分|计算|计)?(?=[,;。]|$)"
        ),
        "linear": re.compile(
            rf"(?:本项|该项|此项|考核)?(?:得分|计分)(?:=|为|:)({_NUMBER})(?:×|x|X|\*|乘以)([^0-9=+\-*×÷/(),;:%]*?(?:率|比例|比重))-"
            rf"({_NUMBER})(?=[,;。]|$)"
        ),
        "less": re.compile(
            rf"(?:本项|该项|此项)?(?:得分|计分)(?:=|为|:)(?:({_NUMBER})分?|{_any(its.all_points)})-"
            rf"([^0-9=+\-*×÷/(),;:%]*?(?:次数|个数|人数|件数|起数|天数|处数|数量|项数|数))(?:×|x|X|\*|乘以)"
            rf"({_NUMBER})分?(?=[,;。]|$)"
        ),
        "product": re.compile(
            rf"([^0-9=+\-*×÷/(),;:]*?(?:率|比例|比重|进度))(?:×100%)?(?:×|x|X|\*|乘以|乘)"
            rf"(?:({_NUMBER})分?|{_any(its.all_points)})(?:计算得分|计分|得分|计算|计)?(?=[,;。)]|$)"
        ),
        "formula": re.compile(
            r"(?:(?:本项|该项|此项|考核|实际|指标|实)?(?:得分|计分)(?:=|为|:)|按照?|以)\(?"
            r"([^0-9=+\-*×(),;:]*?(?:率|比例|比重|进度|满意度|[/÷][^0-9=+\-*×/÷(),;:]{1,12}))\)?(?:×100%)?(?:×|x|X|\*|乘以|乘)"
            rf"(?:({_NUMBER})分?|{_any(its.all_points)})(?:计算得分|计分|得分|计算|计)?(?=[,;。)]|$)"
        ),
        "in_all": re.compile(rf"(?:{_any(its.in_all)})({_NUMBER})分(?=[,;:。、)]|$)"),
        "rate": re.compile(
            rf"按照?(?:每个?(?P<unit>{unit}))?(?P<points>{_NUMBER})分(?:[/每](?P<unit2>{unit}))?(?:的标准)?"
            r"(?:(?P<take>扣分|扣减|扣除)|(?P<give>加分|计分|得分))(?=[,;。)]|$)"
        ),
        "each_its": re.compile(rf"[/每]({unit})(?=[,;。)]|$)"),
        "spent": re.compile(
            rf"(?:扣满|扣完)(?:(?:本项|该项|此项)(?:分值?)?|({_NUMBER})分)的?,(?:另行|再|并)?追加(?:扣除|扣减|扣)({_NUMBER})分(?=[,;。)]|$)"
        ),
        "and_so_on": re.compile(r"(?:并|,)?(?:以此|依此|依次|照此)类推(?=[,;。)]|$)"),
        "discretion": re.compile(
            rf"(?:酌情|视情况?|视情节(?:轻重)?|适当)(?:给予|予以)?(?:扣分(?=[,;。)]|$)|(?:扣减|扣除|扣){points}"
            r"|(?P<give>给分|得分|计分|记分)(?=[,;。)]|$))"
            r"|(?<=[的者次项处个件例人户起条点,])(?:予以|给予|相应)?扣分(?=[,;。)]|$)"
        ),
        "all_or_none": re.compile(
            r"(?:方可|可|才)?(?:得分|计分|记分)(?=[,;。]?(?:否则|否者|反之),?不(?:予)?(?:得|计|给|记)分)"
        ),
        "by_day": re.compile(
            r"(?<![年次])(?:于)?(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2}[日号]|底|末)(\([含包][^()]{1,6}\))?(?:之前|以前|前)(\([含包][^()]{1,6}\))?"
        ),
        "date": re.compile(
            r"(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}[日号]|底|末|初|份)|[0-9]{1,2}[日号](?:前|以前|之前)"
        ),
        "tenths": re.compile(r"([一二三四五六七八九])成(?=以[上下]|的|得|[,;。)至到~-]|不|$)"),
        "percent": re.compile(rf"([0-9]+(?:\.[0-9]+)?)%|百分之([{HAN}]+|[0-9]+(?:\.[0-9]+)?)"),
        "points": re.compile(points),
        "worth": re.compile(worth),
        "rank": re.compile(rf"第({_NUMBER})(?:名|位)?(?:{_SPAN}第?({_NUMBER})(?:名|位))?|倒数第?{_NUMBER}"),
        "quantity": re.compile(rf"({_NUMBER})({unit})"),
        "unit": re.compile(unit),
        "number": re.compile(r"[0-9]+(?:\.[0-9]+)?"),
        "included_edge": re.compile(r"\(包?含([0-9]+(?:\.[0-9]+)?[万亿]?)[^()0-9]*\)"),
        "excluded_edge": re.compile(r"\(不含([0-9.]+)(%?)[^()0-9]*\)"),
        "included": re.compile(r"\(含[^()]*\)|\(包含[^()]*\)|含(?=以上|以下)"),
        "excluded": re.compile(r"\(不含[^()]*\)"),
        "open": re.compile(_any(its.open)),
        "ends_there": re.compile("[,;:。、)的]|$"),
        "act": re.compile(_any(tuple(acts))),
        "next": re.compile(
            rf"(?:了)?(?:[一二三四五六七八九]成|{_NUMBER}(?:{unit}|分)|[0-9]+(?:\.[0-9]+)?%|百分之|第{_NUMBER}"
            r"|[0-9]+(?:\.[0-9]+)?(?=[得扣加计]))"
        ),
        "given": re.compile("[得扣加计]"),
        "ends": re.compile(
            rf"(?:{_any(its.acts['below'])})?第?(?:[一二三四五六七八九]成|{_NUMBER}(?:{unit}|分|%)|百分之)"
        ),
        "both_ends": re.compile(r"[和与](?=[0-9.]+[^,;。0-9]{1,3}(?:\([^()]*\))?之间)"),
        "ranked": re.compile(
            rf"第({_NUMBER})(?:名|位)?(?={_SPAN}第?{_NUMBER}[名位])|第({_NUMBER})(?=的?(?:得|加|计|,|、))"
        ),
        "begins": re.compile(rf"({_NUMBER})(?=(?:\(含[^()]*\))?{_SPAN}({_NUMBER})(%|{unit}|分))"),
        "arrow": re.compile(r"([0-9]+(?:\.[0-9]+)?)(%?)([↑↓])([0-9]+(?:\.[0-9]+)?)分?(?=[,;。]|$)"),
        "slip": re.compile(r"(?:了)?[1一]个?百分点(?=[扣减加])|[1一]%(?=[扣减加])"),
        "one": re.compile(rf"(?:{_NUMBER})?(?:{unit})|[0-9]+(?:\.[0-9]+)?%"),
    }

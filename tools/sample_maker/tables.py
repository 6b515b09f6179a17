"""Tables that documents of a sample unit are filled with: sign-in sheets, lists, ledgers, case files."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sample_maker.ledgers import Row
from sample_maker.registers import Registers
from sample_maker.typeset import Document, table

LICENCES = (
    "互联网上网服务营业场所经营单位设立审批",
    "娱乐场所经营单位设立审批",
    "营业性演出审批",
    "文艺表演团体设立审批",
    "演出场所经营单位备案",
    "艺术品经营单位备案",
    "出版物零售单位设立审批",
    "印刷经营活动审批",
    "电影放映单位设立审批",
    "广播电视节目制作经营许可初审",
    "卫星电视广播地面接收设施设置审批",
    "文物商店设立初审",
    "互联网文化单位设立初审",
    "复制经营活动备案",
)
MATTERS = (
    ("上网服务", ("接纳未成年人", "消费者身份登记", "营业时间", "技术管理措施", "场内巡查制度", "禁烟和消防安全")),
    ("娱乐场所", ("曲目和画面内容", "从业人员名簿", "营业日志", "营业时间", "游戏设备内容核查", "边界噪声和消防安全")),
    ("演出市场", ("演出批准文件", "节目内容", "票务管理", "假唱假演奏")),
    ("艺术品市场", ("备案情况", "来源证明")),
    ("网络文化", ("许可证和编号标明", "内容自审制度", "用户实名注册")),
    ("广播影视", ("公映许可证", "卫星接收设施", "视听节目内容")),
    ("出版物和版权", ("进货清单", "出版物内容", "印刷五项制度", "侵权盗版")),
    ("文物市场", ("购销信息记录",)),
)


def macros(found: Registers, region: str) -> Mapping[str, Callable[[Document, str], list[dict[str, Any]]]]:
    """Return what stands for `{{name argument}}` in a text."""
    return {
        "signin": lambda doc, number: [_signin(doc, int(number), found.staff)],
        "licences": lambda doc, _: [{"kind": "break"}, _licences(region)],
        "matters": lambda doc, _: [_matters()],
    }


def _signin(doc: Document, number: int, people: Sequence[Row]) -> dict[str, Any]:
    dice = random.Random(f"签到{doc.path}")
    names = [(p["name"], p["body"]) for p in people if p["on_duty"] == "是"]
    guests = (
        "文化市场管理科",
        "行政审批窗口",
        "上网服务行业协会",
        "文化娱乐行业协会",
        "影城",
        "书店",
        "量贩歌城",
        "网络会所",
    )
    while len(names) < number:
        name = dice.choice("陈林黄郑吴周许谢") + dice.choice(
            ("建国", "秀英", "文杰", "海燕", "志强", "丽华", "家声", "国栋")
        )
        if name not in dict(names):
            names.append((name, dice.choice(guests)))
    if number < 12:
        names = names[8 : 8 + number]
    cells = [[str(i), name, body, ""] for i, (name, body) in enumerate(names[:number], 1)]
    if number % 2:
        cells.append(["", "", "", ""])
    rows = [["序号", "姓名", "单位", "签名"] * 2]
    half = len(cells) // 2
    for left, right in zip(cells[:half], cells[half:], strict=True):
        rows.append(left + right)
    for row in rows[1:]:
        for at in (1, 5):  # 签名一栏照姓名写
            row[at + 2] = row[at]
    wide = [10, 20, 0, 24] * 2
    return table(rows, wide, 11, 2.4)


def _licences(region: str) -> dict[str, Any]:
    rows = [["序号", "许可（备案）项目", "法定时限", "承诺时限", "办事指南", "示范文本", "流程图"]]
    for index, name in enumerate(LICENCES, 1):
        rows.append([str(index), name, "20个工作日", f"{4 + index % 5}个工作日", "公开", "公开", "公开"])
    return table(rows, [10, 0, 24, 24, 18, 18, 16], 10, 1.6)


def _matters() -> dict[str, Any]:
    rows = [["序号", "领域", "抽查事项", "抽查对象", "抽查依据", "抽查比例", "抽查方式"]]
    for area, items in MATTERS:
        for item in items:
            rows.append(
                [str(len(rows)), area, item, f"{area}经营单位", "有关行政法规和部门规章", "不低于20%", "现场检查"]
            )
    assert len(rows) == 30, "29项执法事项"
    return table(rows, [12, 32, 60, 52, 0, 26, 26], 10.5, 1.3)


def ledger(
    path: str, title: str, heads: str, rows: Sequence[Sequence[str]], widths: Sequence[float], issuer: str
) -> Document:
    """Return a ledger as a landscape document."""
    block = table([heads.split(), *map(list, rows)], widths, 9, 1.05)
    return Document(path, "landscape", title, "2017-12-15", issuer, "ledger", size=10, landscape=True, blocks=(block,))


def case_ledger(path: str, found: Registers, issuer: str) -> Document:
    """Return the ledger of cases, as the office prints it."""
    heads = "案号 案由 当事人 层级 程序 结案方式 立案日期 结案日期 处罚决定书文号 罚款（万元） 平台"
    rows = [
        [
            c["id"],
            c["title"],
            c["party"],
            c["county"] or c["level"],
            c["procedure"],
            c["outcome"] or "（未结案）",
            c["filed"],
            c["closed"],
            c["doc_no"],
            c["fine"].replace("0", "", int(c["fine"] == "0")),
            c["on_platform"],
        ]
        for c in found.cases
    ]
    widths = [13, 0, 48, 16, 18, 22, 21, 21, 46, 14, 10]
    return ledger(path, "2017年文化市场行政处罚案件台账", heads, rows, widths, issuer)


def check_ledger(found: Registers, issuer: str) -> Document:
    """Return the ledger of inspections."""
    names = {venue["id"]: venue["name"] for venue in found.venues}
    heads = "编号 日期 经营单位编号 经营单位 检查类型 检查人 结果"
    rows = [
        [i["id"], i["date"], i["venue"], names[i["venue"]], i["type"], i["inspectors"], i["result"]]
        for i in found.inspections
    ]
    widths = [24, 24, 26, 0, 28, 40, 34]
    return ledger("日常/日常检查台账.pdf", "2017年文化市场日常检查台账", heads, rows, widths, issuer)


def hotline(found: Registers, issuer: str) -> Document:
    """Return the table of the 12318 spot check."""
    heads = "编号 举报时间 举报方式 举报类别 区域 受理 查处情况及结果 回复 合格"
    rows = [
        [h["id"], h["date"], h["channel"], h["category"], h["region"], "24小时内", h["result"], h["reply"], "√"]
        for h in found.hotlines
    ]
    widths = [20, 26, 24, 28, 24, 26, 0, 30, 16]
    doc = ledger(
        "日常/12318举报办理情况抽查表.pdf",
        "12318文化市场举报办理情况抽查表（2017年1月至11月）",
        heads,
        rows,
        widths,
        issuer,
    )
    return Document(
        **{**doc.__dict__, "type": "check_record", "date": "2017-11-28", "issuer": "省文化厅综合执法监督局"}
    )


def case_file(path: str, case: Row, issuer: str, facts: str) -> Document:
    """Return the file of one case: the seven papers that its procedure asks for, as scanned."""
    number, party, fine = case["doc_no"], case["party"], case["fine"]
    pages = [
        (
            "立案审批表",
            [
                f"案由：{case['title']}",
                f"当事人：{party}",
                f"立案日期：{case['filed']}",
                f"案件来源：日常检查。{facts}",
                "承办人意见：建议立案。　叶知行　苏若谷",
                "办案部门意见：同意。　高屿",
                "负责人审批意见：同意立案。　柳静川",
            ],
        ),
        (
            "现场检查笔录",
            [
                f"检查时间：{case['filed']}　19时10分至20时05分",
                f"检查地点：{party}经营场所",
                f"检查情况：{facts}",
                "执法人员出示执法证件，告知当事人依法享有的陈述、申辩和申请回避的权利。现场拍摄照片6张、录像1段，制作证据登记清单。",
                "当事人对以上笔录核对无误。（签名略）",
            ],
        ),
        (
            "调查询问笔录",
            [
                "问：你的身份和职务？",
                "答：我是经营负责人（身份信息略）。",
                f"问：检查发现的情况是否属实？答：属实。{facts}",
                "问：为什么会发生？",
                "答：当班人员疏忽，管理制度没有落实。",
                "问：有没有要补充的？答：已经整改，请从轻处理。",
            ],
        ),
        (
            "行政处罚事先告知书",
            [
                f"{party}：",
                f"经查，{facts}上述行为违反了有关行政法规的规定，拟作出罚款{fine}万元的行政处罚。",
                "你单位可在收到本告知书之日起3日内提出陈述、申辩；逾期未提出的，视为放弃权利。",
            ],
        ),
        (
            "行政处罚决定书",
            [
                number,
                f"当事人：{party}",
                f"{facts}以上事实有现场检查笔录、询问笔录、照片和视听资料等证据证明。",
                "当事人在法定期限内未提出陈述、申辩。",
                f"本机关决定：责令立即改正，并处罚款人民币{fine}万元。",
                "当事人应自收到本决定书之日起15日内到指定银行缴纳罚款；不服本决定的，可以在60日内申请行政复议，或者在六个月内提起行政诉讼。",
            ],
        ),
        (
            "送达回证",
            [
                f"送达文书：行政处罚决定书（{number}）",
                f"受送达人：{party}",
                "送达方式：直接送达　　收件人：（签名略）",
                "送达人：叶知行　苏若谷",
            ],
        ),
        (
            "结案报告",
            [
                f"案由：{case['title']}",
                f"处理结果：罚款{fine}万元，已全部缴纳，责令改正事项复查合格。",
                f"结案日期：{case['closed']}",
                "案件已通过全国文化市场技术监管与服务平台办理，材料齐全，同意结案归档。　林晓岚　柳静川",
            ],
        ),
    ]
    cover = [
        ["项目", "内容"],
        ["决定书文号", number],
        ["当事人", party],
        ["立案日期", case["filed"]],
        ["结案日期", case["closed"]],
        ["承办人", "叶知行、苏若谷"],
        ["审核", "林晓岚"],
        ["保管期限", "长期"],
        ["卷内文书", "、".join(name for name, _ in pages)],
    ]
    blocks = [table(cover, [40, 0], 14, 4)]
    for name, lines in pages:
        blocks += [
            {"kind": "break"},
            {"kind": "center", "text": name},
            *({"kind": "p", "text": line} for line in lines),
        ]
    title = f"{case['title']}卷"
    return Document(path, "bw", title, case["closed"], issuer, "case_file", no=number, size=14, blocks=tuple(blocks))

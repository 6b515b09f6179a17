"""The evidence of 澜川市 that is not a text: photos, screenshots, ledgers, case files, the Word file."""

from __future__ import annotations

from sample_maker import registers, tables
from sample_maker.pictures import Photo, Screen
from sample_maker.typeset import Document

UNIT = "澜川市文化市场综合行政执法支队"
PLATFORM = "全国文化市场技术监管与服务平台"
EXAMS = "文化市场综合执法培训考试系统"
YEAR = "地区=澜川市（含所辖）；2017-01-01 至 2017-11-30"

PHOTOS = (
    Photo("改革/办公用房照片.jpg", "office", "指挥大厅", "2017-09-18", "支队办公用房（指挥大厅）"),
    Photo(
        "会议/综治工作会议照片.jpg",
        "meeting",
        "全市文化市场综治暨平安创建工作会议",
        "2017-02-22",
        "综治工作会议现场",
        6,
    ),
    Photo("培训/业务培训班照片.jpg", "lecture", "网络文化市场执法取证业务培训班", "2017-05-16", "全市业务培训班现场"),
    Photo("秩序/网吧暗访现场照片.jpg", "cafe", "星河网络会所", "2017-10-13", "上网服务场所暗访现场", 3),
    Photo("管理/绿色网吧授牌照片.jpg", "meeting", "2017年绿色网吧授牌仪式", "2017-11-09", "“绿色网吧”授牌仪式"),
    Photo("管理/政务窗口照片.jpg", "counter", "澜川市政务服务中心　文化专柜", "2017-11-27", "市政务窗口文化专柜"),
    Photo("日常/护苗宣传活动照片.jpg", "street", "绿书签行动　护助少年儿童健康成长", "2017-06-01", "“护苗”宣传活动"),
    Photo("加分/执法车辆照片.jpg", "vehicle", "文化市场综合执法", "2017-10-12", "驻队执法车辆"),
    Photo(
        "加分/文化市场导报报道.jpg",
        "newspaper",
        "文化市场导报|澜川“护苗”守校园|2017年6月20日　第3版|"
        "每天下午放学时分，澜川市文化市场综合行政执法支队的巡查车都会准时出现在学校门口。今年3月以来，这支刚刚完成改革的队伍把校园周边二百米列为重点，"
        "检查书报摊、文具店、游艺场所一百八十六处，收缴有害少儿出版物五十七册。支队负责人介绍，改革后同城一支队伍，人员集中了，装备改善了，"
        "过去两支队伍管不到头的小街小巷，现在有人管、管得住。家长志愿者也被请进来，组成护苗观察员队伍，发现线索随时拨打12318。"
        "业内专家认为，澜川把日常检查、宣传引导和社会监督结合起来，为中小城市开展护苗行动提供了可以借鉴的做法。",
        "2017-06-20",
        "《文化市场导报》报道：澜川“护苗”守校园",
    ),
    Photo(
        "加分/海天日报报道.jpg",
        "newspaper",
        "海天日报|百日护苗看澜川|2017年6月22日　第6版|"
        "从春季开学到六一前夕，澜川市开展了为期百日的护苗专项行动。记者跟随执法人员走访东屏、云渚两区看到，学校附近的文具店都张贴了承诺书，"
        "书架上的少儿读物来源清楚。执法人员随机抽取十本图书，逐一核对进货清单，全部相符。据统计，行动期间全市出动执法人员六百余人次，"
        "举办绿书签进校园活动二十四场，三万余名学生参加。澜川市还建立了校园周边经营单位名录，实行一店一档、分类监管，让孩子们在清朗的环境里成长。",
        "2017-06-22",
        "《海天日报》报道：百日护苗看澜川",
    ),
)

SETTLED_PHOTOS = (
    Photo(
        "加分/海天卫视报道画面.jpg",
        "television",
        "海天卫视　文化视点|网络直播不是法外之地　澜川查办首例网络表演案",
        "2017-09-28",
        "海天卫视《文化视点》报道画面",
    ),
)


def screens() -> tuple[Screen, ...]:
    """Return the screenshots; their numbers come from the ledgers."""
    found = registers.city()
    people = [p for p in found.staff if p["on_duty"] == "是"]
    bodies = [body for body, _ in registers.CITY_BODIES]
    by_body = [
        [
            body,
            str(sum(p["body"] == body for p in people)),
            str(sum(p["body"] == body and p["qualified"] == "是" for p in people)),
        ]
        for body in bodies
    ]
    total = ["合计", str(len(people)), str(sum(p["qualified"] == "是" for p in people))]
    months: dict[str, list[list[str]]] = {}
    for row in found.monthly:
        state = row.get("items") or "已报（按时、校验通过）"
        months.setdefault(row["channel"], []).append([row["month"], "澜川市支队", state])
    october = [c for c in found.cases if c["level"] == "本级" and c["closed"].startswith("2017-10")]
    closed = [c for c in found.cases if c["closed"]]
    places = ["本级", *(body[:3] for body in bodies[1:])]

    def share(place: str) -> list[str]:
        own = [c for c in closed if (c["county"] or "本级") == place]
        return [place, str(len(own)), str(sum(c["on_platform"] == "是" for c in own))]

    heads = ["机构", "应考人数", "实考人数", "达标人数"]

    def scores(exam: str) -> list[list[str]]:
        passed = {r["person"] for r in found.exam_results if r["exam"] == exam and r["passed"] == "是"}
        rows = [
            [
                body,
                *[str(sum(p["body"] == body for p in people))] * 2,
                str(sum(p["body"] == body and p["id"] in passed for p in people)),
            ]
            for body in bodies
        ]
        return [heads, *rows, ["合计", *[str(len(people))] * 2, str(len(passed))]]

    return (
        Screen(
            "培训/培训计划报送截图.png",
            EXAMS,
            "培训计划 > 计划报送",
            "2017-02-24",
            [
                ["年度", "计划名称", "报送单位", "报送时间", "状态"],
                ["2017", "2017年全市文化市场综合执法培训计划", "澜川市", "2017-02-24 15:42", "已接收"],
            ],
            "lcpx01",
            "年度=2017；类型=年度计划",
            "2017-02-24 15:50",
        ),
        Screen(
            "培训/培训总结报送截图.png",
            EXAMS,
            "培训总结 > 总结报送",
            "2017-12-07",
            [
                ["年度", "名称", "报送单位", "报送时间", "状态"],
                ["2017", "2017年度全市文化市场综合执法培训总结", "澜川市", "2017-12-07 10:18", "已接收"],
            ],
            "lcpx01",
            "年度=2017；类型=年度总结",
            "2017-12-07 10:25",
        ),
        Screen(
            "培训/培训达标情况截图.png",
            EXAMS,
            "统计 > 学分达标情况",
            "2017-12-11",
            [["机构", "在岗执法人员", "达标人数"], *by_body, total],
            "lcpx01",
            "年度=2017；达标线=80学分",
            "2017-12-11 09:12",
        ),
        Screen(
            "培训/省厅线上考试成绩截图.png",
            EXAMS,
            "考试 > 2017年全省执法人员线上考试",
            "2017-09-21",
            scores("K01"),
            "lcpx01",
            "考试=2017省考；地区=澜川市",
            "2017-09-21 08:40",
        ),
        Screen(
            "培训/市级线上考试成绩截图.png",
            EXAMS,
            "考试 > 2017年全市执法人员线上考试",
            "2017-07-20",
            scores("K02"),
            "lcpx01",
            "考试=澜川市考；地区=澜川市",
            "2017-07-20 08:35",
        ),
        Screen(
            "秩序/网络巡查截图.png",
            PLATFORM,
            "网络文化 > 巡查记录",
            "2017-08-17",
            [
                ["巡查时间", "单位", "项目", "结果"],
                ["2017-08-17 09:40", "声浪直播文化有限公司", "网络表演", "正常"],
                ["2017-08-17 10:25", "九宫格游戏有限公司", "网络游戏", "未标明许可证编号"],
                ["2017-08-17 11:02", "澜网动漫科技有限公司", "网络动漫", "正常"],
            ],
            "lczd03",
            "巡查人=顾之远；2017-08-17",
            "2017-08-17 17:05",
        ),
        Screen(
            "管理/许可项目公开网页截图.png",
            "澜川市人民政府网",
            "政务公开 > 行政许可 > 文化市场（14项）",
            "2017-11-27",
            [
                ["序号", "许可（备案）项目", "办事指南", "流程图", "示范文本"],
                *([str(i), name, "下载", "查看", "下载"] for i, name in enumerate(tables.LICENCES, 1)),
            ],
            time="2017-11-27 16:20",
            type="publicity",
        ),
        Screen(
            "日常/文化统计直报截图.png",
            "全国文化市场统计直报系统",
            "年报 > 上报情况",
            "2017-01-24",
            [
                ["报表", "填报单位", "首次上报", "审核意见", "修改上报", "状态"],
                ["文化市场经营机构基本情况", "澜川市", "2017-01-18", "2家单位从业人数有误", "2017-01-20", "已通过"],
                ["文化市场综合执法情况", "澜川市", "2017-01-18", "无", "—", "已通过"],
            ],
            "lctj01",
            "年报=2016；地区=澜川市",
            "2017-01-24 10:02",
        ),
        Screen(
            "平台/平台上线地区截图.png",
            PLATFORM,
            "系统管理 > 上线地区",
            "2017-12-11",
            [
                ["地区", "级别", "上线日期", "状态"],
                ["澜川市", "市级", "2014-06-30", "在线"],
                *([name, "县级", f"2014-1{i}-15", "在线"] for i, name in enumerate(["东屏区", "云渚区"])),
                *([name, "县级", f"2015-0{i}-20", "在线"] for i, name in enumerate(["石泠县", "枫汀县", "禾濑市"], 3)),
            ],
            "lczd01",
            "地区=澜川市（含所辖）",
            "2017-12-11 09:30",
        ),
        Screen(
            "平台/平台办案数据截图.png",
            PLATFORM,
            "执法办案 > 案件统计",
            "2017-12-11",
            [
                ["地区", "实际办结", "平台办结"],
                *map(share, places),
                ["合计", str(len(closed)), str(sum(c["on_platform"] == "是" for c in closed))],
            ],
        ),
        Screen(
            "平台/10月份办结案件截图.png",
            PLATFORM,
            "执法办案 > 案件查询",
            "2017-10-30",
            [
                ["案号", "案由", "程序", "结案日期", "录入日期"],
                *([c["id"], c["title"][:26], c["procedure"], c["closed"], c["entered"]] for c in october),
            ],
            "lczd01",
            "单位=澜川市支队；结案日期=2017-10-01 至 2017-10-30",
            "2017-10-30 17:40",
        ),
        Screen(
            "平台/审批业务数据截图.png",
            PLATFORM,
            "行政审批 > 办件统计",
            "2017-12-11",
            [
                ["地区", "实际审批", "平台办理", "新设立主体", "未用新版许可证"],
                ["澜川市本级", "118", "114", "9", "0"],
                ["东屏区、云渚区", "76", "72", "7", "1"],
                ["石泠县、枫汀县、禾濑市", "54", "50", "5", "0"],
                ["合计", "248", "236", "21", "1"],
            ],
            "lcsp01",
            YEAR,
            "2017-12-11 09:44",
        ),
        Screen(
            "平台/执法信息报送情况截图.png",
            PLATFORM,
            "信息报送 > 执法信息统计",
            "2017-12-11",
            [["月份", "报送单位", "采用条数"], *months["平台执法信息"]],
            "lczd01",
            YEAR,
            "2017-12-11 09:51",
        ),
        Screen(
            "平台/信息直报系统报送情况截图.png",
            "文化市场信息直报系统",
            "直报点 > 报送统计",
            "2017-12-11",
            [["月份", "直报点", "报送条数"], *months["直报点信息"]],
            "lcxx01",
            "直报点=澜川市支队；2017年1月至11月",
            "2017-12-11 09:58",
        ),
        Screen(
            "平台/综合执法数据报送情况截图.png",
            PLATFORM,
            "数据报送 > 月报",
            "2017-12-11",
            [["月份", "报送单位", "状态"], *months["执法数据"]],
            "lczd01",
            YEAR,
            "2017-12-11 10:03",
        ),
    )


FACTS = {
    "办案/接纳未成年人案卷.pdf": "执法人员在该场所C区发现1名未成年人（身份信息略）正在上网，前台登记系统无其登记记录。",
    "办案/声浪直播公司网络表演案卷.pdf": "该公司经营的直播平台第17号直播间提供含有禁止内容的网络表演，"
    "时长24分钟，在线观看83人次。",
    "办案/非法出版物案卷.pdf": "该店书架上陈列、销售含有禁止内容的出版物12册，不能提供进货清单。",
}


def documents() -> list[Document]:
    """Return the documents that the ledgers fill."""
    found = registers.city()
    files = [
        tables.case_ledger("办案/2017年行政处罚案件台账.pdf", found, UNIT),
        tables.check_ledger(found, UNIT),
        tables.hotline(found, UNIT),
    ]
    for path, facts in FACTS.items():
        case = next(c for c in found.cases if c.get("evidence") == path)
        files.append(tables.case_file(path, case, UNIT, facts))
    return files


WORD = (
    "管理/阳光娱乐工作总结.docx",
    "2017年阳光娱乐行动计划工作总结",
    "澜川市文化广电新闻出版局",
    "2017-12-05",
    (
        "2017年，我局按照省厅部署，实施阳光娱乐行动计划，推动文化娱乐行业转型升级。",
        "一、建设示范场所。指导金嗓子量贩歌城、悦动量贩KTV、欢乐岛电玩城等3家单位完成环境改造，评定为示范场所。",
        "二、开展文化惠民。组织娱乐场所在非营业高峰时段向老年人、残疾人优惠开放，举办文化惠民活动12场，惠及群众4600余人次。",
        "三、加强评定结果应用。25家娱乐、上网服务场所的环境服务评定等级在门口公示，接受监督。",
        "四、按季度报送。四个季度均按时向省厅报送工作进展和典型案例，其中1篇被省厅简报采用。",
        "五、存在的不足。行业自律作用发挥不够，乡镇场所改造滞后。",
    ),
)

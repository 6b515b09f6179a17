"""The contest (技能竞赛): its rules as data, the results computed from scores, what is wrong or still open."""

from kaoping.core.seam import Wing

WING = Wing(
    "岗位练兵和技能竞赛",
    kinds=(
        "drill",
        "drill_person",
        "contest",
        "contestant",
        "contest_score",
        "contest_ruling",
        "honour",
        "delegate",
    ),
    documents=("drill-summary",),
    data={"competitions": "load:check_all"},
    season="season:Season",
    check="check:check_contest",
    context="views:contest_context",
    products="products:products",
    deadlines="check:summary_due",
)

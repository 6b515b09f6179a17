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
    data={"competitions": "_competition_file:check_all"},
    season="_season:Season",
    check="_contest_check:check_contest",
    context="_views:contest_context",
    products="_products:products",
    deadlines="_contest_check:summary_due",
)

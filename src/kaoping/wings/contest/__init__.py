"""The contest (岗位练兵技能竞赛): its rules as data, the results computed from scores, what is wrong or still open."""

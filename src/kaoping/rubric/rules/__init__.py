"""Counting and scoring over a dossier: measures give numbers, conditions truths, rules points; each with its trace.

What they have in common stands in ``evaluation``; which key of a rubric's YAML names which stands in ``measures``,
``conditions`` and ``_rule_kinds``.
"""

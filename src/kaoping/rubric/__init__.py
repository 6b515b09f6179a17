"""A rubric as data (考评细则): what is counted, under which conditions, and what that gives.

``rules`` are what a rubric says in its own words, ``nodes`` the rubric that holds them, ``load`` reads it off a pack's
files and lays the notice over, ``layers`` are those files where one pack extends another.
"""

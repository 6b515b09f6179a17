"""A second scorer of the 2017 rubric, written from the source text and the record kinds alone.

Whoever changes it reads the official text (tests/data/rubric-2017.txt), the kinds of records and the notice, and
nothing of what the program reads the text from (rubric.yaml, its cases, the rubric and scoring rooms): two readings
that were made apart find what one overlooks. Each line's function stands under the words that it reads.

:mod:`.spans` is the arithmetic, :mod:`.facts` what can be asked of a unit's records, :mod:`.units` makes units, the
other modules are the sections of the rubric, and :mod:`.differences` lists what the two do not agree about.
"""

"""Every printed figure of the documents, counted a second time: from the records, by what the sentence says.

Whoever changes it reads the documents, the record kinds and the rubric's source text, and nothing of what the program
counts with (documents/*.yaml, templates, rules). Where a document prints a number that nobody here claims, or another
one than the records give, the test fails: a new figure can't come in unchecked.

:mod:`.page` is a document's text, :mod:`.claims` what may be said of its numbers, :mod:`.samples` reads the sample
units' own files; the other modules are documents, each the list of what it may say of a unit.
"""

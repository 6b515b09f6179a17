"""Structure: which tables of a paper are a rubric, and what each of their rows says, row by row accounted for."""

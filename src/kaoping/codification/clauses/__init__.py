"""Words to rules: the clauses of a line, parsed, composed, turned back into words, and never guessed."""

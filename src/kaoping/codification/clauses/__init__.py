"""Words to rules: the clauses of a line, parsed, composed, turned back into words, and never guessed."""

from kaoping.codification.clauses._understanding import Understood, understood

__all__ = ["Understood", "understood"]

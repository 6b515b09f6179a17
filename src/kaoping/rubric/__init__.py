"""A rubric as data: its nodes, its loader, its worked cases."""

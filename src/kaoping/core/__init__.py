"""The nouns and tools that every room shares: where a value stands, what was recorded, what is wrong, how it is said.

Nothing here knows of evidence, scores or packages. Each module is public.
"""

"""Data: what the inputs mean (record kinds, rubrics, documents). No code."""

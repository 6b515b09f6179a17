"""How many examples the property tests try: a fifth of the full number, or all of it with `--hypothesis-profile=full`.

A test that asks for a number of its own names the full one: `@settings(max_examples=examples(60))`.
"""

from __future__ import annotations

from hypothesis import settings

#: The profiles, in examples of a hundred. `long` is for `just long`.
PROFILES = {"quick": 20, "full": 100, "long": 1000}


def register() -> None:
    """Make the profiles known. A slow machine, or a busy one, is no failure: there are no deadlines."""
    for name, number in PROFILES.items():
        settings.register_profile(name, max_examples=number, deadline=None)
    settings.load_profile("quick")


def examples(full: int) -> int:
    """Return how many examples the profile takes where all are ``full``; at least one."""
    return max(1, full * settings.default.max_examples // 100)

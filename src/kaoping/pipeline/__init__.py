"""A unit's folder to a package, step by step.

``intake`` reads, ``assess`` checks, scores and lays out, ``outputs`` and ``papers`` write, ``deliver`` puts the package
in place whole; ``build``, ``check``, ``folder`` and ``domains`` are what people ask for.
"""

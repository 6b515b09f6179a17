"""A unit's folder to a package, step by step.

``_intake`` reads, ``assessment`` checks, scores and lays out, ``_outputs`` and ``_papers`` write, ``_packing`` puts the
package in place whole; ``building``, ``inspection``, ``folder`` and ``domains`` are what people ask for.
"""

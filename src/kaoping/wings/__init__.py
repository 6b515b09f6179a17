"""The wings: products of their own, each on the one seam that :mod:`kaoping.core.seam` describes."""

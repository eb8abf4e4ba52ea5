"""How many examples a property is tried with: all of them, or a fifth under `--hypothesis-profile short`."""

from hypothesis import settings

USUAL = 100
"""Hypothesis' own number, which the profile `whole` keeps."""
FEWEST = 3


def examples(whole: int) -> int:
    """Return as many of `whole` as the profile wants. Modules ask while they are imported."""
    return max(FEWEST, whole * settings().max_examples // USUAL)

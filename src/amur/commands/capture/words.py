"""Kinds of words on the command line: detection functions, numbers above 0, lists of them."""

from __future__ import annotations

import argparse
import math

from amur.portal.operations.problems import _

FUNCTIONS = ("HN", "EX", "HR", "HHN", "HEX", "HHR")
"""Detection functions."""


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(_("{text} is no number above 0").format(text=text))
    return value


def not_negative(text: str) -> float:
    """A number of 0 or more.

    >>> not_negative("0"), not_negative("2.5")
    (0.0, 2.5)
    """
    return 0.0 if text.strip() == "0" else positive(text)


def whole(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(_("{text} is no whole number above 0").format(text=text))
    return int(text)


def several(text: str) -> tuple[float, ...]:
    """Numbers above 0, with commas between.

    >>> several("1,1,2.5")
    (1.0, 1.0, 2.5)
    """
    return tuple(positive(part.strip()) for part in text.split(","))


def wholes(text: str) -> tuple[int, ...]:
    """Whole numbers above 0, with commas between."""
    return tuple(whole(part.strip()) for part in text.split(","))

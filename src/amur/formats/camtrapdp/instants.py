"""Instants as text, many at once: `YYYY-MM-DDThh:mm:ss` with `Z` or an offset, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.datetime64]
_LENGTHS = (20, 24, 25)
LONGEST = max(_LENGTHS)
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18)
_MARKS = {4: b"-", 7: b"-", 10: b"T", 13: b":", 16: b":"}


def instants_of(texts: NDArray[np.bytes_]) -> Instants:
    """Instants in UTC (n,) of texts (n,); NaT where a text is none, dates of no calendar included.

    >>> instants_of(np.array([b"2026-03-01T08:00:00+10:00", b"2026-02-29T00:00:00Z"])).tolist()
    [datetime.datetime(2026, 2, 28, 22, 0), None]
    """
    found = np.full(len(texts), np.datetime64("NaT", "s"))
    lengths = np.char.str_len(texts)
    for length in _LENGTHS:
        which = np.flatnonzero(lengths == length)
        if which.size:
            letters = texts[which].astype(f"S{length}").view(np.uint8).reshape(-1, length)
            found[which] = _parsed(letters)
    return found


def _parsed(letters: NDArray[np.uint8]) -> Instants:
    """Instants of texts of one length, as letters (n, length)."""
    length = len(letters.T)
    digits = letters.astype(np.int16) - ord("0")
    right = ((digits[:, _DIGITS] >= 0) & (digits[:, _DIGITS] <= 9)).all(axis=1)
    for place, mark in _MARKS.items():
        right &= letters[:, place] == ord(mark)

    def number(start: int, count: int = 2) -> NDArray[np.int64]:
        powers = 10 ** np.arange(count - 1, -1, -1)
        return (digits[:, start : start + count] @ powers).astype(np.int64)

    if length == 20:
        right &= letters[:, 19] == ord("Z")
        offset = np.zeros(len(letters), dtype=np.int64)
    else:
        minutes = length - 2
        places = [20, 21, minutes, minutes + 1]
        right &= ((digits[:, places] >= 0) & (digits[:, places] <= 9)).all(axis=1)
        right &= np.isin(letters[:, 19], (ord("+"), ord("-")))
        if length == 25:
            right &= letters[:, 22] == ord(":")
        right &= (number(20) < 24) & (number(minutes) < 60)
        offset = np.where(letters[:, 19] == ord("-"), -60, 60) * (number(20) * 60 + number(minutes))
    year, month, day = number(0, 4), number(5), number(8)
    right &= (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    right &= (number(11) < 24) & (number(14) < 60) & (number(17) < 60)
    months = ((np.where(right, year, 1970) - 1970) * 12 + np.where(right, month - 1, 0)).astype("M8[M]")
    days = months.astype("M8[D]") + np.where(right, day - 1, 0)
    right &= days.astype("M8[M]") == months  # day 31 of a month of 30 runs over
    seconds = number(11) * 3600 + number(14) * 60 + number(17) - offset
    return np.where(right, days.astype("M8[s]") + np.where(right, seconds, 0), np.datetime64("NaT", "s"))


def texts_of(instants: Instants) -> list[str]:
    """Instants in UTC as the standard writes them, "" for NaT.

    >>> texts_of(np.array(["2026-02-28T22:00:00", "NaT"], dtype="M8[s]"))
    ['2026-02-28T22:00:00Z', '']
    """
    texts = np.datetime_as_string(instants.astype("M8[s]"), unit="s")
    return ["" if text == "NaT" else f"{text}Z" for text in texts.tolist()]

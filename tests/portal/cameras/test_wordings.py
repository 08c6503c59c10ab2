"""Every sentence about files can be said in the reader's language, with the same values in it."""

from __future__ import annotations

import re

from amur.formats.camtrapdp.messages import WORDINGS
from amur.portal.cameras import packages, wordings


def test_every_code_has_its_sentences_word_for_word() -> None:
    known = {**WORDINGS, **packages.WORDINGS}

    assert set(wordings.OF_FILES) == set(known)
    for code, (text, expected) in wordings.OF_FILES.items():
        assert (str(text), str(expected)) == (known[code].text, known[code].expected), code


def test_a_problem_is_told_with_its_place_and_what_would_be_right() -> None:
    problem = {
        "code": "constraint-minimum",
        "file": "observations.csv",
        "row": 7,
        "column": "count",
        "params": {"value": "0", "limit": "1", "wanted": "a whole number of 1 or more"},
    }
    told = wordings.told(problem)

    assert (
        told == "observations.csv, row 7, column count: 0 is less than 1. Write a whole number of 1 or more."
    )
    assert not re.search(r"[{}]", told)
    assert wordings.told({"code": "more", "params": {"count": 3}}) == "… and 3 more."

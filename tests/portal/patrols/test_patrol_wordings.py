"""What an import says and what cleaning found can be told in the reader's language."""

from __future__ import annotations

from amur.portal.patrols import reading, wordings
from amur.science.effort import Rule


def test_every_problem_of_an_import_has_its_sentences_word_for_word() -> None:
    assert set(wordings.OF_FILES) == set(reading.WORDINGS)
    for code, (text, expected) in wordings.OF_FILES.items():
        known = reading.WORDINGS[code]
        assert (str(text), str(expected)) == (known.text, known.expected), code


def test_every_rule_of_the_ledger_has_a_name_and_a_sentence() -> None:
    assert set(wordings.RULES) == {str(rule.name).lower() for rule in Rule}


def test_a_problem_of_a_document_is_told_with_its_place() -> None:
    problem = {
        "code": "value-wrong",
        "file": "p.xml",
        "row": 7,
        "column": "x",
        "text": "A.",
        "expected": "B.",
    }

    assert wordings.told(problem) == "p.xml, row 7, column x: A. B."

"""What an import says and what cleaning found can be told in the reader's language."""

from __future__ import annotations

from amur.portal.patrols import measure_words, reading, wordings
from amur.science.effort import MEASURES, Rule


def test_every_problem_of_an_import_has_its_sentences_word_for_word() -> None:
    assert set(wordings.OF_FILES) == set(reading.WORDINGS)
    for code, (text, expected) in wordings.OF_FILES.items():
        known = reading.WORDINGS[code]
        assert (str(text), str(expected)) == (known.text, known.expected), code


def test_every_rule_of_the_ledger_has_a_name_and_a_sentence() -> None:
    assert set(wordings.RULES) == {str(rule.name).lower() for rule in Rule}


def test_every_measure_has_a_name_a_definition_and_a_unit() -> None:
    assert set(measure_words.NAMES) == set(MEASURES)
    assert {one.unit for one in MEASURES.values()} <= set(measure_words.UNITS)
    assert all(str(name) and str(definition) for name, definition in measure_words.NAMES.values())


def test_a_value_is_told_with_its_unit_and_an_unknown_one_without() -> None:
    assert measure_words.with_unit(1234.56, "distance") == "1,234.6 km"
    assert measure_words.with_unit(0.5, "finds_per_km") == "0.5 finds/km"
    assert measure_words.with_unit(7.0, "patrol_days") == "7", "the name says what is counted"
    assert measure_words.with_unit(None, "distance") == "unknown"


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

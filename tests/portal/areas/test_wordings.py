"""Every message of an import can be told in the reader's language."""

from string import Formatter

import pytest

from amur.formats.wdpca import COLUMNS
from amur.portal.areas.exchange.messages import WORDINGS_OF_IMPORT
from amur.portal.areas.exchange.wordings import ALL, MEANINGS, OF_RUN, sentences


def test_every_code_has_an_entry_and_no_entry_is_left_over():
    assert ALL.keys() == WORDINGS_OF_IMPORT.keys() | OF_RUN.keys()


@pytest.mark.parametrize("code", WORDINGS_OF_IMPORT)
def test_the_entry_is_the_sentence_of_the_format_word_for_word(code):
    wording = WORDINGS_OF_IMPORT[code]
    assert [str(one) for one in ALL[code]] == [wording.text, wording.expected]


def test_what_a_required_cell_holds_is_translated_too():
    assert {column.meaning for column in COLUMNS if column.required} == MEANINGS.keys()


def test_a_message_with_braces_in_its_values_is_only_text():
    problem = {"code": "not-a-number", "params": {"value": "{value.__class__}"}}
    assert "{value.__class__}" in sentences(problem)[0]


def test_every_place_of_a_sentence_is_a_plain_name():
    for texts in ALL.values():
        for text in texts:
            names = [
                name for _text, name, _form, _conversion in Formatter().parse(str(text)) if name is not None
            ]
            assert all(name.isidentifier() for name in names)

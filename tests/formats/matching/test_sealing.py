"""Packages are read by the office they are meant for, as the other one wrote them, or refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.errors import FormatError
from amur.formats.matching.keys import Card, Keys
from amur.formats.matching.sealing import padded_length, seal, unseal

ASKER, ANSWERER, STRANGER = Keys.new(), Keys.new(), Keys.new()


def refused(sealed: bytes, recipient: Keys = ANSWERER, sender: Card = ASKER.card) -> str:
    with pytest.raises(FormatError) as told:
        unseal(sealed, recipient, sender)
    return told.value.code


@given(st.binary(max_size=4000))
@settings(max_examples=25)
def test_what_was_sealed_is_opened_by_its_recipient(content: bytes) -> None:
    assert unseal(seal(content, ASKER, ANSWERER.card), ANSWERER, ASKER.card) == content


def test_nobody_else_opens_it() -> None:
    assert refused(seal(b"x", ASKER, ANSWERER.card), recipient=STRANGER) == "wrong-recipient"


def test_a_stranger_cannot_write_in_the_name_of_an_office() -> None:
    assert refused(seal(b"x", STRANGER, ANSWERER.card)) == "wrong-sender"


def test_a_recipient_cannot_pass_a_package_on_as_written_to_a_third() -> None:
    content = unseal(seal(b"x", ASKER, ANSWERER.card), ANSWERER, ASKER.card)
    assert refused(seal(content, ANSWERER, STRANGER.card), recipient=STRANGER) == "wrong-sender"


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal(b"content", ASKER, ANSWERER.card)
    places = [0, 8, 23, 24, 55, 56, 100, len(sealed) // 2, len(sealed) - 1]
    codes = {refused(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]) for at in places}
    assert codes == {"no-package", "wrong-recipient", "damaged"}


@pytest.mark.parametrize("length", [0, 7, 8, 40, 56, 57, 71, 72, 10_000])
def test_a_package_that_was_cut_off_is_refused(length: int) -> None:
    assert refused(seal(b"content", ASKER, ANSWERER.card)[:length]) in {"no-package", "damaged"}


def test_size_tells_little_of_the_content() -> None:
    sizes = {len(seal(bytes(count), ASKER, ANSWERER.card)) for count in (0, 1, 1000, 200_000)}
    assert len(sizes) == 1


@given(st.integers(min_value=1, max_value=1 << 33))
def test_padding_is_never_shorter_and_never_much_longer(length: int) -> None:
    assert length <= padded_length(length) <= length + max(256 << 10, length // 7)


def test_the_card_survives_line_breaks_and_has_a_fingerprint_of_digits() -> None:
    card = ASKER.card
    wrapped = card.text[:30] + "\n  " + card.text[30:]
    assert Card.from_text(wrapped) == card
    assert len(card.fingerprint.split()) == 8
    assert card.fingerprint != ANSWERER.card.fingerprint


@given(st.text(max_size=200))
def test_other_texts_are_no_card(text: str) -> None:
    with pytest.raises(FormatError):
        Card.from_text(text)

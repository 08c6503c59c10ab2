"""The canonical text and the hashes: one value, one text; any change, another hash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.portal.audit.chain import FIRST, canonical, entry_hash, fingerprint, is_sealed, seal

finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | st.text(st.characters(codec="utf-8"))
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)
contents = st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), values, min_size=1, max_size=5)


@given(values)
def test_the_canonical_text_gives_the_value_back(value):
    assert json.loads(canonical(value)) == value


@given(values)
def test_reading_and_writing_again_gives_the_same_text(value):
    text = canonical(value)
    assert canonical(json.loads(text)) == text
    assert text.isascii()


@given(contents)
def test_the_order_of_keys_does_not_matter(content):
    turned = dict(reversed(list(content.items())))
    assert entry_hash(content) == entry_hash(turned)


@given(contents, contents)
def test_different_contents_have_different_hashes(one, other):
    assert (entry_hash(one) == entry_hash(other)) == (canonical(one) == canonical(other))


@pytest.mark.parametrize("value", [b"bytes", object(), {1: "a"}, {"a": {1, 2}}])
def test_what_has_no_one_text_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@given(st.binary(min_size=1), st.text(max_size=36), st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_seal_holds_for_its_own_length_and_key_only(key, chain, count, other):
    made = seal(key, chain, count, FIRST)
    assert is_sealed(key, chain, count, FIRST, made)
    assert is_sealed(key, chain, other, FIRST, made) == (count == other)
    assert not is_sealed(key + b"x", chain, count, FIRST, made)
    assert not is_sealed(key, chain, count, "1" * 64, made)


def test_a_fingerprint_needs_the_key():
    assert fingerprint(b"one", b"POINT (1 2)") == fingerprint(b"one", b"POINT (1 2)")
    assert fingerprint(b"one", b"POINT (1 2)") != fingerprint(b"two", b"POINT (1 2)")

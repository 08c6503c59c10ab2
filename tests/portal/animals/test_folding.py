"""Merges and splits are statements: the current view is what the standing ones say, in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amur.portal.animals.folding import merged, moved, settled

PAIRS = st.lists(
    st.tuples(st.integers(1, 8), st.integers(1, 8)).filter(lambda pair: pair[0] != pair[1]), max_size=8
)
SPLITS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.lists(st.sampled_from("abc"), unique=True)).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=6,
).map(lambda found: [(number, *one) for number, one in enumerate(found)])


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_merges_and_of_undoing_does_not_matter(pairs, random) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert merged(shuffled) == merged(pairs)


@given(PAIRS)
def test_animals_that_were_joined_have_one_head_and_it_is_one_of_them(pairs) -> None:
    heads = merged(pairs)
    for one, other in pairs:
        assert heads[one] == heads[other]
    for head in heads.values():
        assert heads[head] == head


@given(PAIRS, st.tuples(st.integers(1, 8), st.integers(9, 12)))
def test_a_merge_that_is_taken_back_leaves_what_was_before(pairs, more) -> None:
    with_it = merged([*pairs, more])
    assert with_it[more[0]] == with_it[more[1]]
    assert merged([one for one in [*pairs, more] if one != more]) == merged(pairs)


@given(PAIRS, SPLITS, st.sampled_from("abc"), st.integers(1, 8), st.randoms(use_true_random=False))
def test_every_identification_settles_on_one_animal_in_any_order(pairs, splits, name, animal, random) -> None:
    heads = merged(pairs)
    found = settled(name, animal, moved(splits), heads)
    shuffled = list(splits)
    random.shuffle(shuffled)
    assert settled(name, animal, moved(shuffled), heads) == found
    assert heads.get(found, found) == found

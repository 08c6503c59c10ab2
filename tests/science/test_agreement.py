"""Kappa: published values, and what holds for any ratings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.science.agreement import cohen_kappa, fleiss_kappa

# The table of Fleiss (1971) as it is taught: 10 subjects, 14 raters, 5 categories.
FLEISS = [
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
]  # fmt: skip

words = st.sampled_from("abc")


def test_the_known_example_of_fleiss_has_its_published_kappa() -> None:
    ratings = [[kind for kind, times in enumerate(row) for _time in range(times)] for row in FLEISS]
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


@given(st.lists(st.tuples(words, words), max_size=40))
def test_cohens_kappa_is_symmetric_and_at_most_one(pairs: list[tuple[str, str]]) -> None:
    kappa = cohen_kappa(pairs)
    assert kappa == cohen_kappa([(other, one) for one, other in pairs])
    assert kappa is None or -1 <= kappa <= 1
    if kappa is not None and all(one == other for one, other in pairs):
        assert kappa == pytest.approx(1)


@given(st.lists(st.lists(words, max_size=4), max_size=30))
def test_fleiss_kappa_does_not_depend_on_an_order_and_leaves_single_ratings_out(
    ratings: list[list[str]],
) -> None:
    kappa = fleiss_kappa(ratings)
    assert kappa is None or kappa <= 1 + 1e-12
    other = fleiss_kappa([sorted(one) for one in reversed(ratings)] + [["a"]])
    assert other == (None if kappa is None else pytest.approx(kappa))


def test_kappa_is_not_defined_without_ratings_or_with_one_word_alone() -> None:
    assert cohen_kappa([]) is None
    assert fleiss_kappa([["a"], []]) is None
    assert fleiss_kappa([["a", "a"]]) is None

"""The view of a round depends on what was said, not on how and in which order it arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_rounds import Side, both

from amur.formats.errors import FormatError
from amur.formats.matching.statements import FIELDS, FIRST, state
from amur.formats.matching.views import Outcome, fold, wanted_blobs

VERDICTS = st.sampled_from(["same", "different", "unsure"])
STEPS = st.lists(st.tuples(st.sampled_from(["asker", "answerer"]), VERDICTS | st.just("retract")), max_size=8)


def played(steps: list[tuple[str, str]]) -> tuple[Side, Side, dict[str, str]]:
    asker, answerer = both()
    pair = answerer.candidate(asker.flank())
    sides = {"asker": asker, "answerer": answerer}
    for who, what in steps:
        side = sides[who]
        if what != "retract":
            side.decide(pair, what)
        elif side.said and side.said[-1].kind == "decision":
            side.say("retraction", number=side.said[-1].number)
    return asker, answerer, pair


@given(STEPS, st.data())
def test_any_order_and_any_repetition_give_the_same_view(
    steps: list[tuple[str, str]], data: st.DataObject
) -> None:
    asker, answerer, _pair = played(steps)
    said = [*asker.said, *answerer.said]
    shuffled = data.draw(st.permutations(said + said[: len(said) // 2]))
    assert fold(shuffled) == fold(said)


@given(STEPS)
def test_a_joint_animal_needs_both_sides(steps: list[tuple[str, str]]) -> None:
    asker, answerer, pair = played(steps)
    found = fold([*asker.said, *answerer.said]).pair(**pair)
    assert found is not None
    assert (found.outcome is Outcome.SAME) == (
        {role: each.body["verdict"] for role, each in found.decisions.items()}
        == {"asker": "same", "answerer": "same"}
    )


@pytest.mark.parametrize(
    ("asker_says", "answerer_says", "outcome"),
    [
        ("same", "same", "same"),
        ("different", "different", "different"),
        ("same", "different", "disagreed"),
        ("same", "unsure", "unsure"),
        ("unsure", "unsure", "unsure"),
        ("same", None, "half"),
        (None, None, "open"),
    ],
)
def test_two_verdicts_make_one_outcome(
    asker_says: str | None, answerer_says: str | None, outcome: str
) -> None:
    steps = [("asker", asker_says), ("answerer", answerer_says)]
    asker, answerer, pair = played([(who, what) for who, what in steps if what])
    found = fold([*asker.said, *answerer.said]).pair(**pair)
    assert found is not None and found.outcome == outcome


def test_the_passport_is_agreed_when_both_wrote_it_and_ends_when_one_takes_its_verdict_back() -> None:
    asker, answerer, pair = played([("asker", "same"), ("answerer", "same")])
    asker.write(pair, "AMUR-PTA-0123")

    def passport() -> str:
        found = fold([*asker.said, *answerer.said]).pair(**pair)
        return found.passport if found else "no pair"

    assert passport() == ""
    answerer.write(pair, "AMUR-PTA-0124")
    assert passport() == ""
    answerer.write(pair, "AMUR-PTA-0123")
    assert passport() == "AMUR-PTA-0123"
    verdict = next(each for each in answerer.said if each.kind == "decision")
    answerer.say("retraction", number=verdict.number)
    assert passport() == ""


def test_a_flank_that_was_withdrawn_takes_its_pairs_and_its_content_along() -> None:
    asker, answerer = both()
    pair = answerer.candidate(asker.flank(blob="b" * 64))
    said = [*asker.said, *answerer.said]
    assert wanted_blobs(said, fold(said)) == {"b" * 64}
    asker.say("retraction", number=1)
    said = [*asker.said, *answerer.said]
    assert fold(said).pair(**pair) is None
    assert wanted_blobs(said, fold(said)) == set()


def test_when_a_round_ends_only_crops_of_joint_animals_are_kept() -> None:
    asker, answerer, pair = played([("asker", "same"), ("answerer", "same")])
    other = answerer.candidate(asker.flank(blob="c" * 64))
    asker.say("crop", **pair, blob="d" * 64)
    asker.say("crop", **other, blob="e" * 64)
    asker.say("end")
    said = [*asker.said, *answerer.said]
    assert wanted_blobs(said, fold(said)) == {"d" * 64}


@pytest.mark.parametrize("name", ["place", "station", "time", "file", "animal"])
@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_no_kind_of_statement_has_room_for_anything_else(kind: str, name: str) -> None:
    asker, answerer, pair = played([])
    asker.decide(pair, "same")
    samples = {each.kind: each for each in [*asker.said, *answerer.said]}
    body = dict(samples[kind].body) if kind in samples else {}
    role = "answerer" if kind in ("searched", "candidate") else "asker"
    with pytest.raises(FormatError, match="no place in it"):
        state("r", role, 1, kind, {**body, name: "48.1"}, FIRST)


def test_a_side_cannot_say_what_is_the_others() -> None:
    asker, answerer, pair = played([])
    with pytest.raises(FormatError, match=r"asker\.candidate"):
        asker.say("candidate", **pair, probability=0.5, calibrated=True)
    with pytest.raises(FormatError, match=r"answerer\.flank"):
        answerer.flank()


def test_two_statements_with_one_number_do_not_make_two_verdicts() -> None:
    asker, answerer, pair = played([("asker", "same")])
    again = replace(asker.said[-1])
    assert fold([*asker.said, again, *answerer.said]) == fold([*asker.said, *answerer.said])

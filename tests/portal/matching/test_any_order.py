"""Packages that are lost, repeated and mixed up lead both sides to one view, once something gets through."""

from __future__ import annotations

import random

import pytest
from matching_survey import Border, refused

from amur.portal.matching import actions, log, sending, taking
from amur.portal.matching.models import Partner, Round, RoundStatement

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(border: Border) -> Border:
    """Two offices that are not known to be in one centre."""
    Partner.objects.update(local=None)
    for partner in (border.to_them, border.to_us):
        partner.refresh_from_db()
    return border


@pytest.mark.parametrize("seed", range(6))
def test_lost_repeated_and_reordered_packages_end_in_one_view(apart: Border, seed: int) -> None:
    chance = random.Random(seed)
    ours = apart.ask()
    taking.take(apart.theirs, sending.package(ours, None).content, None)
    theirs = apart.their_round(ours)
    request = str(ours.flanks.get(flank=apart.asking[0]).code)
    actions.answer(theirs, [(request, apart.answering[0], 0.9, False)], 2, 0.5, None)
    taking.take(apart.ours, sending.package(theirs, None).content, None)
    pair = log.view(ours).pairs[0]
    sides = [(ours, apart.our_expert, apart.theirs), (theirs, apart.their_expert, apart.ours)]
    for round_, expert, _to in sides:
        actions.show_crops(round_, [(pair.request, pair.answer)], expert)
        taking.take(_to, sending.package(round_, None).content, None)
    on_the_way: list[tuple[object, bytes]] = []
    for _step in range(8):
        round_, expert, to = chance.choice(sides)
        round_.refresh_from_db()
        verdict = chance.choice(["same", "different", "unsure", "back"])
        if verdict == "back":
            actions.take_back_verdict(round_, pair.request, pair.answer, expert)
        else:
            actions.decide(round_, pair.request, pair.answer, verdict, expert)
        if chance.random() < 0.8:
            on_the_way.append((to, sending.package(round_, None).content))
        chance.shuffle(on_the_way)
        for to, content in [each for each in on_the_way if chance.random() < 0.4]:
            taking.take(to, content, None)  # type: ignore[arg-type]
    for round_, _expert, to in sides * 2:
        taking.take(to, sending.package(Round.objects.get(pk=round_.pk), None).content, None)
    for to, content in on_the_way:
        assert taking.take(to, content, None).fresh == 0  # type: ignore[arg-type]
    assert log.view(ours) == log.view(theirs)


def test_a_gap_is_refused_and_healed_by_a_whole_package(apart: Border) -> None:
    ours = apart.ask()
    ours.acknowledged = 1
    ours.save()
    with refused("gap"):
        taking.take(apart.theirs, sending.package(ours, None).content, None)
    assert not Round.objects.filter(office=apart.theirs).exists()
    taking.take(apart.theirs, sending.package(ours, None, whole=True).content, None)
    assert len(log.view(apart.their_round(ours)).flanks) == 2


def test_a_sender_with_an_old_copy_of_its_data_is_noticed(apart: Border) -> None:
    ours = apart.ask()
    taking.take(apart.theirs, sending.package(ours, None).content, None)
    RoundStatement.objects.filter(round=ours, number=3).delete()
    actions.end(ours, None)
    with refused("rolled-back"):
        taking.take(apart.theirs, sending.package(ours, None).content, None)


def test_a_recipient_with_an_old_copy_of_its_data_is_told(apart: Border) -> None:
    ours = apart.ask()
    taking.take(apart.theirs, sending.package(ours, None).content, None)
    theirs = apart.their_round(ours)
    actions.end(theirs, None)
    answer = sending.package(theirs, None).content
    RoundStatement.objects.filter(round=ours, number=3).delete()
    with refused("own-roll-back"):
        taking.take(apart.ours, answer, None)


def test_a_package_of_a_stranger_or_of_an_unconfirmed_partner_is_refused(apart: Border) -> None:
    ours = apart.ask()
    content = sending.package(ours, None).content
    Partner.objects.filter(pk=apart.to_us.pk).update(confirmed=None)
    with refused("wrong-sender"):
        taking.take(apart.theirs, content, None)


def test_a_kill_between_any_two_steps_leaves_the_round_as_it_was(
    apart: Border, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking in is one transaction: whatever step it dies at, the same package can be taken in again."""
    from amur.portal.matching import files, joint

    content = sending.package(apart.ask(), None).content
    for module, name in ((files, "keep"), (log, "store"), (sending, "note_of"), (joint, "follow")):

        def die(*_args: object, **_words: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(module, name, die)
            with pytest.raises(KeyboardInterrupt):
                taking.take(apart.theirs, content, None)
        assert not Round.objects.filter(office=apart.theirs).exists(), name
    assert taking.take(apart.theirs, content, None).fresh == 3

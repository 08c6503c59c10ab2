"""A round between two offices of one centre, step by step: what each learns, and what it can take back."""

from __future__ import annotations

from typing import Any

import pytest
from matching_survey import Border, agreement, asked, refused, searched, shown

from amur.formats.matching.views import Pair
from amur.portal.matching import actions, files, log, queries
from amur.portal.matching.models import JointAnimal, Round, RoundStatement

pytestmark = pytest.mark.django_db


def agreed(border: Border, passport: str = "AMUR-PTI-012345") -> tuple[Round, Round, Pair]:
    """The same after both experts said "same" and both wrote one passport."""
    ours, theirs, first = shown(border)
    pair = (first.request, first.answer)
    for verb in (
        lambda round_, expert, home: actions.decide(round_, *pair, "same", expert),
        lambda round_, expert, home: actions.write_passport(round_, *pair, passport, home, expert),
    ):
        for round_, expert, home in (
            (ours, border.our_expert, "Zolushka"),
            (theirs, border.their_expert, "T-17"),
        ):
            verb(round_, expert, home)
            actions.send(round_, expert)
    return ours, theirs, first


def test_the_animal_of_both_sides_is_found_and_the_others_are_not_told(border: Border) -> None:
    ours = border.ask()
    actions.send(ours, border.our_expert)
    theirs = border.their_round(ours)
    assert searched(theirs).state == "done"
    actions.send(theirs, border.their_expert)
    pairs = log.view(ours).pairs
    assert pairs and log.view(theirs) == log.view(ours)
    mine = {str(row.code): row.flank for row in ours.flanks.all()}
    yours = {str(row.code): row.flank for row in theirs.flanks.all()}
    assert mine[pairs[0].request] == border.asking[0]
    assert yours[pairs[0].answer] == border.answering[0]
    assert set(yours) == {pair.answer for pair in pairs}, "only candidates have names"


def test_experts_decide_when_both_pictures_are_there(border: Border) -> None:
    ours, theirs = asked(border)
    first = log.view(ours).pairs[0]
    with refused("no-crops"):
        actions.decide(ours, first.request, first.answer, "same", border.our_expert)


def test_one_name_cannot_decide_on_both_sides(border: Border) -> None:
    ours, theirs, pair = shown(border)
    actions.decide(ours, pair.request, pair.answer, "same", border.our_expert)
    actions.send(ours, border.our_expert)
    border.their_expert.first_name = border.our_expert.username.upper()
    with refused("same-expert"):
        actions.decide(theirs, pair.request, pair.answer, "same", border.their_expert)


def test_a_joint_animal_bears_one_passport_on_both_sides_and_knows_both_home_names(border: Border) -> None:
    ours, theirs, _pair = agreed(border)
    animals = [row.animal for row in JointAnimal.objects.filter(ended=None).order_by("round")]
    assert {str(animal.names) for animal in animals} == {"Zolushka", "T-17"}
    assert {animal.passport for animal in animals} == {"AMUR-PTI-012345"}
    names = {
        str(animal.names): {one.name for one in animal.home_names.filter(retracted=None)}
        for animal in animals
    }
    assert "T-17" in names["Zolushka"] and "Zolushka" in names["T-17"]


@pytest.mark.parametrize("who", ["ours", "theirs"])
def test_either_side_can_take_its_verdict_back_and_both_passports_return(border: Border, who: str) -> None:
    before = {flank.pk: flank.encounter.animal.passport for flank in (border.asking[0], border.answering[0])}
    ours, theirs, pair = agreed(border)
    round_, expert = (ours, border.our_expert) if who == "ours" else (theirs, border.their_expert)
    actions.take_back_verdict(round_, pair.request, pair.answer, expert)
    actions.send(round_, expert)
    assert not JointAnimal.objects.filter(ended=None).exists()
    for flank in (border.asking[0], border.answering[0]):
        flank.encounter.animal.refresh_from_db()
        assert flank.encounter.animal.passport == before[flank.pk]
    assert log.view(ours) == log.view(theirs)


def test_a_passport_needs_the_verdict_of_both(border: Border) -> None:
    ours, theirs, pair = shown(border)
    actions.decide(ours, pair.request, pair.answer, "same", border.our_expert)
    with refused("not-same"):
        actions.write_passport(ours, pair.request, pair.answer, "AMUR-PTI-012345", "", border.our_expert)


def test_a_passport_that_another_of_our_animals_bears_is_refused_and_nothing_changes(border: Border) -> None:
    ours, theirs, pair = shown(border)
    actions.decide(ours, pair.request, pair.answer, "same", border.our_expert)
    actions.send(ours, border.our_expert)
    actions.decide(theirs, pair.request, pair.answer, "same", border.their_expert)
    actions.send(theirs, border.their_expert)
    taken = border.asking[1].encounter.animal.passport
    with refused("unfit"):
        actions.write_passport(ours, pair.request, pair.answer, taken, "", border.our_expert)
    assert not RoundStatement.objects.filter(kind="passport").exists()


def test_what_both_call_different_is_not_asked_again(border: Border) -> None:
    ours, theirs, pair = shown(border)
    for round_, expert in ((ours, border.our_expert), (theirs, border.their_expert)):
        actions.decide(round_, pair.request, pair.answer, "different", expert)
        actions.send(round_, expert)
    again = border.ask()
    actions.send(again, border.our_expert)
    assert searched(border.their_round(again)).state == "done"
    actions.send(border.their_round(again), border.their_expert)
    mine = {str(row.code): row.flank for row in again.flanks.all()}
    yours = {str(row.code): row.flank for row in border.their_round(again).flanks.all()}
    asked_again = [(mine[each.request], yours[each.answer]) for each in log.view(again).pairs]
    assert (border.asking[0], border.answering[0]) not in asked_again


def test_without_an_agreement_nothing_leaves(border: Border) -> None:
    border.to_them.agreements.all().delete()
    with refused("not-agreed"):
        border.ask()
    assert not Round.objects.exists()


@pytest.mark.parametrize("term", ["flanks", "crops", "verdicts"])
def test_what_an_agreement_does_not_state_is_not_given(border: Border, term: str) -> None:
    for partner in (border.to_them, border.to_us):
        partner.agreements.all().delete()
        agreement(partner, **{term: False})
    with refused("not-agreed"):
        ours, theirs, pair = shown(border)
        actions.decide(ours, pair.request, pair.answer, "same", border.our_expert)


def test_an_agreement_on_leopards_gives_no_tiger(border: Border) -> None:
    border.to_them.agreements.all().delete()
    agreement(border.to_them, species=["Panthera pardus"])
    with refused("not-agreed"):
        border.ask()


def test_a_revoked_agreement_stops_what_has_not_left_yet_but_not_the_end(
    border: Border, django_capture_on_commit_callbacks: Any
) -> None:
    round_ = border.ask()
    actions.revoke(border.to_them, "A-7")
    with refused("not-agreed"):
        actions.send(round_, border.our_expert)
    with django_capture_on_commit_callbacks(execute=True):
        actions.end(round_, border.our_expert)
        sent = actions.send(round_, border.our_expert)
    assert sent.note.counts["end"] == 1
    assert not any(files.read(one.blob) for one in log.known(round_) if one.blob)


def test_an_unconfirmed_partner_gets_nothing(border: Border) -> None:
    border.to_them.confirmed = None
    border.to_them.save()
    with refused("not-confirmed"):
        border.ask()


def test_the_end_of_a_round_leaves_only_pictures_of_joint_animals(
    border: Border, django_capture_on_commit_callbacks: Any
) -> None:
    ours, theirs, pair = agreed(border)
    with django_capture_on_commit_callbacks(execute=True):
        actions.end(ours, border.our_expert)
        actions.send(ours, border.our_expert)
    kept = {each.kind for each in log.known(theirs) if each.blob and files.read(each.blob)}
    assert kept == {"crop"}
    with refused("round-ended"):
        actions.decide(theirs, pair.request, pair.answer, "unsure", border.their_expert)


def test_joint_animals_are_counted_once_and_undecided_pairs_make_a_range(border: Border) -> None:
    animals = [flank.encounter.animal.pk for flank in border.asking + border.answering[:2]]
    assert (queries.joined(animals).least, queries.joined(animals).most) == (4, 4)
    shown(border)
    between = queries.joined(animals)
    assert between.least < between.most == 4


def test_the_counts_of_two_offices_follow_the_shared_passport(border: Border) -> None:
    animals = [flank.encounter.animal.pk for flank in border.asking + border.answering[:2]]
    agreed(border)
    assert queries.joined(animals).most == 3
    assert queries.shared(border.to_them, animals[:2]).both == 1


def test_what_left_the_house_is_noted_and_in_the_log(border: Border) -> None:
    from amur.portal.audit.models import AuditEntry

    ours, _theirs = asked(border)
    note = ours.packages.get(outgoing=True)
    assert note.counts == {"flank": 2, "opening": 1}
    assert (note.place_level, note.time_level, note.clause) == ("withheld", "withheld", "A-7 v1 3.2")
    logged = AuditEntry.objects.filter(chain=str(border.ours.uuid), action="matching.packagenote.add")
    assert logged.count() == ours.packages.count() == 2


def test_the_number_is_public_while_both_release_it_and_never_the_pairs(border: Border) -> None:
    from amur.portal.facts.models import Fact

    ours, theirs, _pair = agreed(border)
    actions.release_number(ours, border.our_expert)
    actions.send(ours, border.our_expert)
    assert not Fact.objects.filter(key__startswith="matching-").exists()
    actions.release_number(theirs, border.their_expert)
    actions.send(theirs, border.their_expert)
    fact = Fact.objects.get(key=f"matching-{ours.uuid}")
    assert fact.value == 1
    actions.take_back_verdict(theirs, _pair.request, _pair.answer, border.their_expert)
    actions.send(theirs, border.their_expert)
    assert not Fact.objects.filter(key__startswith="matching-").exists()

"""From accepted observations to known animals: what is gathered, found, said and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amur.portal.identity.models import Encounter, Flank, IdentityStatement, Search

pytestmark = pytest.mark.django_db


def said(encounter: Any, verdict: str, person: Any, animal: Any = None, **more: Any) -> Any:
    from amur.portal.identity.actions import speak

    encounter.refresh_from_db()
    return speak(encounter, verdict, person, animal, **more)


def sided(side: str = "left") -> None:
    Flank.objects.update(side=side)


class TestGathering:
    """What there is to be identified."""

    def test_each_sequence_becomes_an_encounter_and_each_picture_a_flank_with_its_box(
        self, world: Any
    ) -> None:
        from amur.portal.identity.gathering import gather

        world.visit(1)
        world.visit(2, frames=3)
        found = gather(world.project)
        assert (found.made, found.gone, found.flanks) == (2, 0, 5)
        assert Flank.objects.filter(origin="person", width__lt=1).count() == 5

    def test_doing_it_again_adds_nothing(self, world: Any) -> None:
        from amur.portal.identity.gathering import gather

        world.visit(1)
        gather(world.project)
        again = gather(world.project)
        assert (again.made, again.gone, again.flanks) == (0, 0, 0)

    def test_what_is_no_longer_observed_goes_and_comes_back_with_the_observation(self, world: Any) -> None:
        from amur.portal.cameras.actions import begin, end, undo
        from amur.portal.cameras.models import Observation
        from amur.portal.identity.gathering import gather

        world.visit(1)
        gather(world.project)
        act = begin(world.project, "review", None)
        end(act, Observation.objects.filter(project=world.project))
        assert gather(world.project).gone == 1
        assert Encounter.objects.get().gone is not None
        undo(act, None)
        gather(world.project)
        assert Encounter.objects.get().gone is None

    def test_without_a_box_the_surest_box_of_a_detector_is_the_start(self, world: Any) -> None:
        from amur.portal.cameras.actions import begin, make
        from amur.portal.cameras.models import Media, Observation
        from amur.portal.identity.gathering import gather

        event = world.visit(1, boxes=False, frames=2)
        media = Media.objects.filter(event=event).first()
        boxes = [
            Observation(
                deployment=event.deployment, media=media, event=event, start=event.start, end=event.end,
                level="media", type="animal", status="suggested", method="machine", probability=sure,
                box_left=left, box_top=0.1, box_width=0.5, box_height=0.5,
            )
            for sure, left in ((0.9, 0.2), (0.4, 0.3))
        ]  # fmt: skip
        make(begin(world.project, "detection", None), boxes)
        gather(world.project)
        first, other = Flank.objects.order_by("media")
        assert (first.origin, first.left) == ("detector", 0.2)
        assert (other.origin, other.width) == ("whole", 1.0)

    def test_other_species_are_left_alone(self, world: Any) -> None:
        from amur.portal.cameras.models import Observation
        from amur.portal.identity.gathering import gather

        world.visit(1)
        Observation.objects.update(scientific_name="Sus scrofa")
        assert gather(world.project).made == 0


class TestSearching:
    """What a run finds."""

    def test_the_known_animal_comes_first_with_the_places_that_agree(
        self, world: Any, do: Callable[..., Any], cast: Any
    ) -> None:
        for who in (1, 2, 3):
            world.visit(who, station=who, frames=1, pictures=True)
        world.visit(2, station=4, frames=1, pictures=True)
        do("identity.features")
        sided()
        encounters = world.encounters()
        names = {}
        for code in ("e0", "e1", "e2"):
            names[world.truth[code]] = said(encounters[code], "new", cast.data_manager).animal
        result = do("identity.search")
        assert result["calibrated"] is False
        search = Search.objects.get(encounter=encounters["e3"])
        best = search.candidates[0]
        assert best["animal"] == names[2].pk
        assert best["inliers"] >= 10
        assert all(0 <= value <= 1 for place in best["pictures"][0]["places"] for value in place)
        assert all(one["score"] < best["score"] / 3 for one in search.candidates[1:])

    def test_left_and_right_are_never_compared(self, world: Any, do: Callable[..., Any]) -> None:
        world.visit(1, station=1, frames=1, pictures=True)
        world.visit(1, station=2, frames=1, pictures=True)
        do("identity.features")
        encounters = world.encounters()
        encounters["e0"].flanks.update(side="left")
        encounters["e1"].flanks.update(side="right")
        do("identity.search")
        assert Search.objects.get(encounter=encounters["e1"]).candidates == []
        assert Search.objects.get(encounter=encounters["e1"]).compared == 0

    def test_what_cannot_be_described_stays_in_a_queue_with_its_reason(
        self, world: Any, do: Callable[..., Any]
    ) -> None:
        from amur.portal.identity.queries import unscored

        world.visit(1, frames=1, pictures=True)
        world.visit(2, frames=1, pictures=False)
        result = do("identity.features")
        assert (result["described"], result["without"]) == (1, 1)
        assert [one.problem for one in unscored(world.cast.ours, "Panthera tigris")] == ["no-bytes"]

    def test_a_cancelled_run_keeps_what_is_done_and_the_next_one_goes_on(
        self, world: Any, do: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from amur.portal.identity import work
        from amur.portal.runs import actions as runs
        from amur.portal.runs.execution import Cancelled, work_on

        world.visit(1, frames=3, pictures=True)
        describe, done = work.describe, []

        def until(flank: Any) -> bool:
            if len(done) == 1:
                raise Cancelled
            done.append(flank.pk)
            return describe(flank)

        monkeypatch.setattr(work, "describe", until)
        given = {"species": "Panthera tigris"}
        run = runs.start("identity.features", given, None, world.cast.ours, in_background=False)
        assert work_on(run.uuid).state == "cancelled"
        assert Flank.objects.exclude(features="").count() == 1
        monkeypatch.setattr(work, "describe", describe)
        assert do("identity.features")["described"] == 2

    def test_the_places_of_the_pictures_are_in_no_stored_search(
        self, world: Any, do: Callable[..., Any]
    ) -> None:
        world.visit(1, station=1, frames=1, pictures=True)
        world.visit(1, station=2, frames=1, pictures=True)
        do("identity.features")
        do("identity.search")
        text = str(list(Search.objects.values_list("candidates", flat=True)))
        assert "SECRET" not in text and "secret" not in text and "134.12" not in text

    def test_groups_are_suggested_for_visits_without_names_and_merge_nothing(
        self, world: Any, do: Callable[..., Any]
    ) -> None:
        from amur.portal.animals.models import Animal
        from amur.portal.identity.models import GalleryState

        for station, who in enumerate((1, 1, 2)):
            world.visit(who, station=station, frames=1, pictures=True)
        do("identity.features")
        sided()
        do("identity.search", groups=True)
        encounters = world.encounters()
        groups = GalleryState.objects.get().groups
        assert [set(one["encounters"]) for one in groups] == [
            {str(encounters["e0"].uuid), str(encounters["e1"].uuid)}
        ]
        assert not Animal.objects.exists() and not IdentityStatement.objects.exists()


class TestSaying:
    """What people say, and what follows."""

    @pytest.fixture
    def encounter(self, world: Any) -> Any:
        from amur.portal.identity.gathering import gather

        world.visit(1)
        gather(world.project)
        return world.encounters()["e0"]

    def test_a_new_animal_needs_two_people_and_gets_one_passport(
        self, encounter: Any, cast: Any, second_person: Any
    ) -> None:
        from amur.portal.animals.models import Animal

        first = said(encounter, "new", cast.data_manager, name="T 101")
        assert encounter.state == "second" and not first.blind
        second = said(encounter, "new", second_person)
        assert encounter.state == "known" and second.blind
        assert first.animal == second.animal == Animal.objects.get()
        assert str(first.animal) == "T 101" and first.animal.passport.startswith("AMUR-PTA-")
        assert not first.animal.is_published

    def test_the_same_person_twice_is_one_opinion(self, encounter: Any, cast: Any) -> None:
        said(encounter, "new", cast.data_manager)
        said(encounter, "new", cast.data_manager)
        assert encounter.state == "second"

    def test_people_who_disagree_make_a_conflict_that_ends_when_one_takes_it_back(
        self, encounter: Any, cast: Any, second_person: Any
    ) -> None:
        from amur.portal.identity.actions import retract

        said(encounter, "new", cast.data_manager)
        other = said(encounter, "untold", second_person)
        assert encounter.state == "conflict" and encounter.animal is None
        retract(other, second_person)
        encounter.refresh_from_db()
        assert encounter.state == "second" and encounter.animal is not None
        assert other.retracted is not None and IdentityStatement.objects.count() == 2

    def test_an_animal_of_another_office_cannot_be_named(self, encounter: Any, cast: Any, tiger: Any) -> None:
        from amur.portal.animals.actions import new_animal
        from amur.portal.identity.actions import Unfit

        theirs = new_animal(cast.theirs, tiger.key, "T")
        with pytest.raises(Unfit, match="another office"):
            said(encounter, "same", cast.data_manager, theirs)

    def test_one_person_is_enough_where_a_calibrated_probability_is_near_certainty(
        self, encounter: Any, cast: Any, tiger: Any
    ) -> None:
        from amur.portal.animals.actions import new_animal

        known = new_animal(cast.ours, tiger.key, "T")
        numbers = {"score": 9.0, "inliers": 80, "quality": 0.7, "same_station": False, "cosine": None}
        Search.objects.create(
            encounter=encounter,
            calibrated=True,
            candidates=[{"animal": known.pk, "probability": 0.995, **numbers}],
        )
        statement = said(encounter, "same", cast.data_manager, known)
        assert statement.evidence["rank"] == 1 and statement.evidence["sure"]
        assert encounter.state == "known"

    def test_separated_pictures_are_an_encounter_of_their_own(self, encounter: Any, cast: Any) -> None:
        from amur.portal.identity.actions import Unfit, separate
        from amur.portal.identity.gathering import gather

        flanks = list(encounter.flanks.all())
        other = separate(encounter, flanks[:1], cast.data_manager)
        assert other.number == 2 and other.flanks.count() == encounter.flanks.count() == 1
        gather(encounter.project)
        assert Encounter.objects.filter(gone=None).count() == 2 and Flank.objects.count() == 2
        with pytest.raises(Unfit, match="at least one"):
            separate(other, list(other.flanks.all()), cast.data_manager)

    def test_a_flank_is_drawn_anew_and_the_old_one_stays_in_history(self, encounter: Any, cast: Any) -> None:
        from amur.portal.identity.actions import Unfit, draw

        flank = encounter.flanks.first()
        Flank.objects.filter(pk=flank.pk).update(features="a" * 64, points=7)
        flank.refresh_from_db()
        turned = draw(flank, cast.data_manager, side="right")
        assert (turned.side, turned.features) == ("right", "a" * 64)
        moved = draw(turned, cast.data_manager, box=(0.1, 0.1, 0.4, 0.4))
        assert (moved.side, moved.features, moved.origin) == ("right", "", "person")
        assert encounter.flanks.count() == 4 and encounter.flanks.filter(ended=None).count() == 2
        with pytest.raises(Unfit, match="meanwhile"):
            draw(flank, cast.data_manager, side="left")
        with pytest.raises(Unfit, match="inside"):
            draw(moved, cast.data_manager, box=(0.9, 0.1, 0.4, 0.4))


class TestHistories:
    """What capture histories are made of."""

    def test_rows_tell_animal_deployment_time_sides_and_certainty_and_follow_merges(
        self, world: Any, cast: Any, second_person: Any
    ) -> None:
        from amur.portal.animals.actions import merge, retract
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.queries import identifications

        for number in range(3):
            world.visit(number, station=number, day=10 * number)
        gather(world.project)
        sided()
        found = world.encounters()
        animals = {}
        for code in ("e0", "e1", "e2"):
            animals[code] = said(found[code], "new", cast.data_manager).animal
        assert identifications([world.project]) == []
        assert len(identifications([world.project], waiting=True)) == 3
        for code in ("e0", "e1"):
            said(found[code], "new", second_person)
        rows = identifications([world.project], "Panthera tigris altaica")
        assert [(row.animal, row.deployment, row.certainty) for row in rows] == [
            (animals[code], found[code].deployment_id, "two") for code in ("e0", "e1")
        ]
        assert {row.sides for row in rows} == {frozenset({"left"})}
        assert rows[0].ghost == ("single", "one-flank")
        one = merge(animals["e1"], animals["e0"], cast.data_manager)
        assert {row.animal for row in identifications([world.project])} == {animals["e0"]}
        retract(one, cast.data_manager)
        assert {row.animal for row in identifications([world.project])} == {animals["e0"], animals["e1"]}
        assert identifications([world.project], end=found["e1"].start) == rows[:1]

    def test_a_split_takes_its_visits_along_and_gives_them_back(self, world: Any, cast: Any) -> None:
        from amur.portal.animals.actions import new_animal, retract, split
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.queries import identifications

        world.visit(1)
        world.visit(2)
        gather(world.project)
        found = world.encounters()
        whole = said(found["e0"], "new", cast.data_manager).animal
        said(found["e1"], "same", cast.data_manager, whole)
        other = new_animal(cast.ours, whole.species_key, "T 2")
        change = split(whole, other, [str(found["e1"].uuid)], cast.data_manager)
        rows = identifications([world.project], waiting=True)
        assert [row.animal for row in rows] == [whole, other]
        retract(change, cast.data_manager)
        rows = identifications([world.project], waiting=True)
        assert [row.animal for row in rows] == [whole, whole]

    def test_names_of_an_imported_package_become_animals_once(self, world: Any, cast: Any) -> None:
        from amur.portal.animals.models import Animal
        from amur.portal.identity.actions import take_names
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.queries import identifications

        for who in ("T1", "T2", "T1"):
            world.visit(1, individual=who, pictures=False)
        gather(world.project)
        taken = take_names(world.project, cast.data_manager)
        assert (taken.animals, taken.encounters) == (2, 3)
        rows = identifications([world.project])
        assert [str(row.animal) for row in rows] == ["T1", "T2", "T1"]
        assert {row.certainty for row in rows} == {"source"}
        world.visit(1, individual="T2", pictures=False)
        gather(world.project)
        again = take_names(world.project, cast.data_manager)
        assert (again.animals, again.encounters) == (0, 1) and Animal.objects.count() == 2


class TestWeak:
    """Identifications to be looked at again."""

    @pytest.mark.parametrize(
        ("evidence", "is_weak"),
        [
            ({"calibrated": True, "rank": 1, "probability": 0.8}, False),
            ({"calibrated": True, "rank": 3, "probability": 0.2}, True),
            ({"calibrated": True}, True),
            ({"calibrated": False, "rank": 1, "probability": None}, False),
            ({}, False),
        ],
    )
    def test_a_visit_is_listed_when_its_pictures_hardly_match(
        self, world: Any, cast: Any, log_in: Any, evidence: dict[str, Any], is_weak: bool
    ) -> None:
        from amur.portal.identity.actions import refresh
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.queries import identifications

        world.visit(1)
        world.visit(1)
        gather(world.project)
        first, again = (world.encounters()[code] for code in ("e0", "e1"))
        animal = said(first, "new", cast.data_manager).animal
        said(first, "new", cast.ranger)
        for person in (cast.data_manager, cast.ranger):
            IdentityStatement.objects.create(
                encounter=again, verdict="same", animal=animal, said_by=person, evidence=evidence
            )
        refresh([again])
        found = {one.encounter: one.weak for one in identifications([world.project])}
        assert found == {first.uuid: False, again.uuid: is_weak}
        page = "/en/identity/?office=ours&species=Panthera+tigris&state=weak"
        answer = log_in(cast.data_manager).get(page)
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert (f'<h2><a href="/en/identity/{again.uuid}/"' in shown) is is_weak
        assert f'<h2><a href="/en/identity/{first.uuid}/"' not in shown

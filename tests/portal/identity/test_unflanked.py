"""The queue "cats without flank": who waits in it, who leaves it, and how one comes from it to the box."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from amur.portal.cameras.models import Media, Observation
from amur.portal.identity import actions, unflanked
from amur.portal.identity.gathering import gather
from amur.portal.identity.models import Encounter, Flank
from amur.portal.review import progress, queues

pytestmark = pytest.mark.django_db


@pytest.fixture
def cat(world: Any) -> Callable[..., Any]:
    """A cat passes a camera; its pictures came with it, but nothing in them is boxed."""

    def passes(who: int = 1, **given: Any) -> Any:
        event = world.visit(who, boxes=False, **given)
        for row in event.media.all():
            Media.objects.filter(pk=row.pk).update(sha256=hashlib.sha256(row.code.encode()).hexdigest())
        return event

    return passes


@pytest.fixture
def waiting(world: Any, cast: Any) -> Callable[[], list[Any]]:
    """The sequences of the queue, as a ranger meets them."""

    def walked() -> list[Any]:
        queue = queues.queue_named(unflanked.NAME)
        assert queue is not None
        return queues.page(queue, world.project, cast.ranger, None, 10)

    return walked


def drawn(flank: Any, person: Any) -> Any:
    return actions.draw(flank, person, side="left", box=(0.2, 0.3, 0.4, 0.2))


def test_a_cat_waits_until_its_flank_is_drawn(world: Any, cast: Any, cat: Any, waiting: Any) -> None:
    first, second = cat(), cat()
    assert waiting() == [first, second], "before anything was gathered"
    gather(world.project)
    assert waiting() == [first, second], "whole pictures are no flanks"
    flank = Flank.objects.filter(encounter__event=first).first()
    drawn(flank, cast.ranger)
    assert waiting() == [second]
    counts = {one.queue.name: one.count for one in progress.waiting(world.project, cast.ranger)}
    assert counts[unflanked.NAME] == 1


def test_a_box_of_a_detector_is_a_flank_and_a_record_without_picture_is_nothing_to_draw(
    world: Any, cat: Any, waiting: Any
) -> None:
    seen = cat()
    media = seen.media.first()
    Observation.objects.filter(media=media).update(
        box_left=0.1, box_top=0.1, box_width=0.5, box_height=0.5, method="machine"
    )
    world.visit(1, boxes=False)
    gather(world.project)
    assert waiting() == []


def test_whole_pictures_that_somebody_has_judged_are_done(
    world: Any, cast: Any, cat: Any, waiting: Any
) -> None:
    whole, bare, untold, dropped = cat(frames=1), cat(), cat(), cat()
    gather(world.project)
    first = {one.encounter.event: one for one in Flank.objects.select_related("encounter__event")}
    actions.draw(first[whole], cast.ranger, side="right")
    actions.drop(first[bare])
    for flank in Flank.objects.filter(encounter__event=dropped):
        actions.drop(flank)
    actions.speak(Encounter.objects.get(event=untold), "untold", cast.ranger)
    assert waiting() == [bare], "of which one picture is not judged yet"


def test_only_accepted_cats_wait_and_each_species_of_a_sequence_for_itself(
    world: Any, cast: Any, cat: Any, waiting: Any
) -> None:
    from amur.portal.cameras.actions import begin, make

    boar, opinion, pair = cat(frames=1), cat(frames=1), cat(frames=1)
    Observation.objects.filter(event=boar).update(scientific_name="Panthera tigrisoides")
    Observation.objects.filter(event=opinion).update(status=Observation.Status.OPINION)
    gather(world.project)
    drawn(Flank.objects.get(encounter__event=pair), cast.ranger)
    assert waiting() == []
    leopard = Observation.objects.get(event=pair)
    leopard.pk, leopard.code, leopard.scientific_name = None, "", "Panthera pardus"
    leopard.uuid = type(leopard)._meta.get_field("uuid").get_default()
    make(begin(world.project, "review", cast.ranger), [leopard])
    assert waiting() == [pair]


def test_gathering_one_sequence_leaves_the_others_as_they_are(world: Any, cat: Any) -> None:
    first, second = cat(), cat()
    assert gather(world.project, first).made == 1
    observed = Observation.objects.filter(event=first)
    observed.update(ended=observed.values("made")[:1])
    assert gather(world.project, second).gone == 0
    assert gather(world.project, first).gone == 1
    assert list(Encounter.objects.filter(gone=None).values_list("event", flat=True)) == [second.pk]


def test_from_the_queue_one_comes_to_the_box_and_on_to_the_next_cat(
    world: Any, cast: Any, cat: Any, log_in: Callable[..., Any]
) -> None:
    first, second = cat(), cat()
    ranger, desk = log_in(cast.ranger), f"/en/review/{world.project.uuid}"
    begin = f"/en/identity/sequence/{first.uuid}/draw"
    assert f"{desk}/queues/no-flank/next" in ranger.get(f"{desk}/").content.decode()
    assert ranger.get(f"{desk}/queues/no-flank/next")["Location"] == (
        f"{desk}/sequences/{first.uuid}/?queue=no-flank"
    )
    page = ranger.get(f"{desk}/sequences/{first.uuid}/?queue=no-flank").content.decode()
    assert f'action="{begin}"' in page and "Draw the flank" in page
    assert begin not in ranger.get(f"{desk}/sequences/{first.uuid}/?queue=uncertain").content.decode()
    assert ranger.get(begin).status_code == 405
    boxes = ranger.post(begin)["Location"]
    assert boxes == f"/en/identity/{Encounter.objects.get(event=first).uuid}/flanks/"
    onward = f"{desk}/queues/no-flank/next?after={first.uuid}"
    assert onward in ranger.get(boxes).content.decode()
    assert ranger.get(onward)["Location"].startswith(f"{desk}/sequences/{second.uuid}/")


def test_a_sequence_whose_cat_was_taken_back_leads_on(
    world: Any, cast: Any, cat: Any, log_in: Callable[..., Any]
) -> None:
    event = cat()
    Observation.objects.filter(event=event).update(scientific_name="Ursus arctos")
    ranger = log_in(cast.ranger)
    answer = ranger.post(f"/en/identity/sequence/{event.uuid}/draw", follow=True)
    assert "No animal with a marked coat" in answer.content.decode()
    assert not Encounter.objects.exists()


@pytest.mark.parametrize("name", ["public", "editor", "auditor", "foreign_data_manager"])
def test_nobody_else_begins_to_draw(cast: Any, cat: Any, log_in: Callable[..., Any], name: str) -> None:
    event = cat()
    answer = log_in(cast[name]).post(f"/en/identity/sequence/{event.uuid}/draw")
    assert answer.status_code in (302, 403, 404)
    assert not Encounter.objects.exists()

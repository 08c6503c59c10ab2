"""Plants camera-trap records: a study whose sums are public, and one of which nothing is. Called by `canaries`.

Stations, codes, times and names of pictures, cards and individuals are for our people with camera records.
"""

from __future__ import annotations

import datetime
from typing import Any

from canary_finder import Canaries
from django.contrib.gis.geos import Point

TEAM = frozenset({"ranger", "data_manager", "auditor"})  # our people who see camera records
KEEPERS = TEAM | {"editor"}  # … and those who see the catalogue of animals, too
EXACT, TENTH = 0.05, 0.015
FIRST = datetime.datetime(2023, 5, 3, 1, 2, 3, tzinfo=datetime.UTC)
DAYS = datetime.timedelta(days=60)


def plant_public_cameras(cast: Any, canaries: Canaries) -> None:
    """A study of boar whose summary and whose numbers are released."""
    from canaries import text_of

    from amur.portal.cameras import actions
    from amur.portal.runs.execution import work_on
    from amur.portal.surveys import actions as surveys
    from amur.portal.surveys.choosing import Choice
    from amur.portal.surveys.models import SurveyNumbers

    project = actions.create_project(cast.ours, "boar-study", text_of(en="Boar study"), "Asia/Vladivostok")
    for number in range(4):
        place = canaries.spot(f"station{number}", 128.7712 + number / 5, 49.7372, TENTH, TEAM)
        _station(project, canaries, f"open{number}", place, ["Sus scrofa"] * 6)
    actions.release(project, published=True)
    choice = Choice([project], FIRST.date(), (FIRST + DAYS).date())
    survey = surveys.make_survey(cast.ours, choice, surveys.About(text_of(en="Boar numbers")), {})
    done = work_on(surveys.start(survey, cast.data_manager, in_background=False).uuid)
    assert done.state == "done", done.problems
    surveys.release(SurveyNumbers.objects.get(survey=survey), published=True)


def plant_hidden_cameras(cast: Any, canaries: Canaries) -> dict[str, Any]:
    """A study of tigers, its card, an encounter and a named animal; by kind."""
    from canaries import text_of

    from amur.portal.animals.models import Animal
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Media
    from amur.portal.cards.models import MemoryCard
    from amur.portal.identity.actions import take_names
    from amur.portal.identity.gathering import gather
    from amur.portal.identity.models import Encounter

    name = text_of(en=canaries.word("projectname", TEAM))
    project = actions.create_project(cast.ours, canaries.word("projectkey", TEAM), name, "Asia/Vladivostok")
    place = canaries.spot("tigerstation", 129.48291736, 51.36284917, EXACT, TEAM)
    individual = canaries.word("individual", KEEPERS)
    camera = _station(project, canaries, "tiger", place, ["Panthera tigris"], individual=individual)
    card = MemoryCard.objects.create(
        deployment=camera,
        office=cast.ours,
        source=canaries.word("cardsource", TEAM),
        person=cast.data_manager,
    )
    gather(project)
    take_names(project, cast.data_manager)
    return {
        "cameraproject": project,
        "deployment": camera,
        "picture": Media.objects.get(deployment=camera),
        "card": card,
        "encounter": Encounter.objects.get(project=project),
        "namedanimal": Animal.objects.get(home_names__name=individual),
    }


def _station(project: Any, canaries: Canaries, name: str, place: Any, species: list[str], **more: Any) -> Any:
    """A station with a deployment, and a sequence of one picture for each animal."""
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Event, Media, Observation

    def word(kind: str) -> str:
        return canaries.word(f"{name}{kind}", TEAM)

    point = Point(place.longitude, place.latitude, srid=4326)
    station = actions.create_station(project, word("station"), point, zone="landscape", name=word("place"))
    camera = actions.create_deployment(
        station, word("camera"), FIRST, FIRST + DAYS, comments=word("comments"), camera_id=word("serial"),
        setup_by=word("setter"), tags=word("tags"),
    )  # fmt: skip
    act = actions.begin(project, "import", None)
    for number, one in enumerate(species):
        at = FIRST + datetime.timedelta(days=2 * number, hours=5)
        event = Event.objects.create(
            project=project, deployment=camera, code=f"{word('event')}{number}", start=at, end=at
        )
        Media.objects.create(
            project=project, deployment=camera, event=event, code=f"{word('media')}{number}", captured=at,
            path=f"{word('path')}/1.jpg", name=f"{word('file')}.jpg", media_type="image/jpeg",
            exif={"note": word("exif")},
        )  # fmt: skip
        seen = Observation(
            deployment=camera, event=event, start=at, end=at, level="event", type="animal", count=1,
            scientific_name=one, code=f"{word('observation')}{number}", comments=word("remark"),
            classified_by=word("classifier"), **more,
        )  # fmt: skip
        actions.make(act, [seen])
    return camera

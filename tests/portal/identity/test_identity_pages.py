"""The pages of identification: what they show, what is done with them, and for whom they are there."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from amur.portal.identity.models import Encounter, Flank, GalleryState, IdentityStatement, Search

pytestmark = pytest.mark.django_db
HERE = "/en/identity/"


def stored_search(encounter: Any, *animals: Any, theirs: Any = None) -> None:
    """What a search would have found: these animals, in order."""
    mine = encounter.flanks.first()
    other = theirs or mine
    Search.objects.update_or_create(
        encounter=encounter,
        defaults={
            "compared": 9,
            "new": 0.25,
            "candidates": [
                {
                    "animal": animal.pk, "encounter": None, "score": 5.0 - number, "inliers": 12,
                    "quality": 0.5, "same_station": False, "probability": 0.9 - number / 10, "cosine": None,
                    "pictures": [
                        {"mine": str(mine.uuid), "theirs": str(other.uuid), "score": 5.0, "inliers": 1,
                         "places": [[0.125, 0.25, 0.5, 0.75]]}
                    ],
                }
                for number, animal in enumerate(animals)
            ],
        },
    )  # fmt: skip


@pytest.fixture
def encounter(world: Any) -> Any:
    from amur.portal.identity.gathering import gather

    world.visit(1, pictures=True)
    gather(world.project)
    return world.encounters()["e0"]


@pytest.fixture
def known(cast: Any, tiger: Any) -> Any:
    from amur.portal.animals.actions import new_animal

    return new_animal(cast.ours, tiger.key, "T 7")


def pages_of(encounter: Any) -> list[str]:
    flank = encounter.flanks.first()
    return [
        HERE,
        f"{HERE}{encounter.uuid}/",
        f"{HERE}{encounter.uuid}/flanks/",
        f"{HERE}gallery/",
        f"{HERE}gallery/flanks.csv",
        f"/identity/flank/{flank.uuid}.jpg",
    ]


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("ranger", True),
        ("data_manager", True),
        ("operator", True),
        ("editor", False),
        ("translator", False),
        ("administrator", False),
        ("public", False),
    ],
)
def test_only_people_with_a_right_to_camera_records_get_the_pages(
    encounter: Any, cast: Any, log_in: Callable[..., Any], name: str, allowed: bool
) -> None:
    client = log_in(cast[name])
    for address in pages_of(encounter):
        status = client.get(address).status_code
        assert status == 200 if allowed else status in (302, 404), address


def test_an_auditor_sees_and_may_say_nothing(encounter: Any, cast: Any, log_in: Callable[..., Any]) -> None:
    client = log_in(cast.auditor)
    page = client.get(f"{HERE}{encounter.uuid}/")
    assert page.status_code == 200 and "New animal" not in page.content.decode()
    assert client.post(f"{HERE}{encounter.uuid}/say", {"verdict": "new"}).status_code == 404
    assert client.post(f"{HERE}start", {"do": "features"}).status_code == 404
    assert not IdentityStatement.objects.exists()


def test_for_another_office_nothing_is_there(
    encounter: Any, known: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    client = log_in(cast.foreign_data_manager)
    flank = encounter.flanks.first()
    for address in [*pages_of(encounter)[1:3], f"/identity/flank/{flank.uuid}.jpg"]:
        assert client.get(address).status_code == 404, address
    assert client.get(f"{HERE}?office=ours").status_code == 404
    assert client.get(f"{HERE}gallery/?office=ours").status_code == 404
    for address, given in (
        (f"{encounter.uuid}/say", {"verdict": "new"}),
        (f"flank/{flank.uuid}/draw", {"side": "left"}),
        (f"{encounter.uuid}/separate", {"flank": str(flank.uuid)}),
        ("start", {"do": "features", "office": "ours"}),
        ("gallery/group", {"office": "ours"}),
        ("gallery/vectors", {"office": "ours"}),
    ):
        assert client.post(HERE + address, given).status_code == 404, address
    assert not IdentityStatement.objects.exists() and Flank.objects.filter(ended=None).count() == 2


def test_a_page_shows_candidates_with_their_places_and_the_words_not_calibrated(
    encounter: Any, known: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    stored_search(encounter, known)
    text = log_in(cast.data_manager).get(f"{HERE}{encounter.uuid}/").content.decode()
    assert "T 7" in text and "not calibrated" in text
    assert 'cx="12.5%" cy="25.0%"' in text and 'cx="50.0%" cy="75.0%"' in text
    assert "<script" in text and "<style" not in text and " style=" not in text


def test_saying_leads_on_to_the_next_visit_that_waits(
    world: Any, encounter: Any, known: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    from amur.portal.identity.gathering import gather

    world.visit(2)
    gather(world.project)
    other = world.encounters()["e1"]
    stored_search(encounter, known)
    client = log_in(cast.data_manager)
    answer = client.post(f"{HERE}{encounter.uuid}/say", {"verdict": "same", "animal": str(known.uuid)})
    assert answer.headers["Location"] == f"{HERE}{other.uuid}/"
    row = IdentityStatement.objects.get()
    assert (row.animal, row.evidence["rank"], row.evidence["probability"]) == (known, 1, 0.9)
    answer = client.post(f"{HERE}{other.uuid}/say", {"verdict": "untold"})
    assert answer.headers["Location"].startswith(HERE + "?office=ours")


def test_the_second_person_does_not_see_what_the_first_one_said(
    encounter: Any, known: Any, cast: Any, second_person: Any, log_in: Callable[..., Any]
) -> None:
    from amur.portal.identity.actions import speak

    speak(encounter, "same", cast.data_manager, known)
    text = log_in(second_person).get(f"{HERE}{encounter.uuid}/").content.decode()
    assert "hidden until you have said yours" in text
    assert "T 7" not in text and "data_manager" not in text
    assert "T 7" in log_in(cast.data_manager).get(f"{HERE}{encounter.uuid}/").content.decode()
    encounter.refresh_from_db()
    speak(encounter, "same", second_person, known)
    text = log_in(second_person).get(f"{HERE}{encounter.uuid}/").content.decode()
    assert "T 7" in text and "data_manager" in text and "blind" in text


def test_what_was_said_is_taken_back_by_the_one_who_said_it_and_stays_to_be_read(
    encounter: Any, known: Any, cast: Any, second_person: Any, log_in: Callable[..., Any]
) -> None:
    from amur.portal.identity.actions import speak

    row = speak(encounter, "same", cast.data_manager, known)
    address = f"{HERE}statement/{row.uuid}/retract"
    assert log_in(cast.ranger).post(address).status_code == 404
    assert log_in(cast.data_manager).post(address).status_code == 302
    encounter.refresh_from_db()
    assert encounter.state == "open" and encounter.animal is None
    text = log_in(cast.data_manager).get(f"{HERE}{encounter.uuid}/").content.decode()
    assert "taken back by data_manager" in text


def test_an_unfit_answer_comes_back_with_a_sentence_and_stores_nothing(
    encounter: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    answer = log_in(cast.data_manager).post(f"{HERE}{encounter.uuid}/say", {"verdict": "same"})
    assert answer.status_code == 422 and "Say which animal." in answer.content.decode()
    assert not IdentityStatement.objects.exists()


def test_a_flank_is_served_without_metadata_and_shows_its_box_alone(
    encounter: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    from PIL import Image

    flank = encounter.flanks.first()
    answer = log_in(cast.ranger).get(f"/identity/flank/{flank.uuid}.jpg")
    picture = Image.open(io.BytesIO(answer.content))
    assert abs(picture.width / picture.height - (flank.width * 4) / (flank.height * 3)) < 0.05
    assert not picture.getexif() and b"Exif" not in answer.content
    assert "private" in answer.headers["Cache-Control"]


def test_box_and_side_are_stored_from_the_form(encounter: Any, cast: Any, log_in: Callable[..., Any]) -> None:
    flank = encounter.flanks.first()
    client = log_in(cast.ranger)
    box = {"left": "10", "top": "20.5", "width": "30", "height": "40"}
    answer = client.post(f"{HERE}flank/{flank.uuid}/draw", {"side": "right", **box})
    assert answer.status_code == 302
    drawn = Flank.objects.get(media=flank.media, ended=None)
    assert (drawn.side, drawn.left, drawn.top, drawn.drawn_by) == ("right", 0.1, 0.205, cast.ranger)
    wrong = client.post(f"{HERE}flank/{drawn.uuid}/draw", {"side": "right", **box, "left": "abc"})
    assert wrong.status_code == 422 and "numbers" in wrong.content.decode()
    client.post(f"{HERE}flank/{drawn.uuid}/draw", {"do": "other"})
    sides = set(Flank.objects.filter(media=flank.media, ended=None).values_list("side", flat=True))
    assert sides == {"left", "right"}


def test_a_camera_opposite_that_saw_it_at_the_same_time_is_told(world: Any) -> None:
    from amur.portal.cameras.models import Deployment, Event
    from amur.portal.identity.gathering import gather
    from amur.portal.identity.presenting import opposite

    first, second = world.visit(1, station=1, left=True), world.visit(1, station=2, left=False)
    station = first.deployment.station
    Deployment.objects.filter(pk=second.deployment_id).update(station=station)
    Event.objects.filter(pk=second.pk).update(start=first.start, end=first.end)
    gather(world.project)
    found = world.encounters()
    assert opposite(found["e0"]) == [(found["e1"], 0)]
    Encounter.objects.filter(pk=found["e1"].pk).update(end=found["e0"].start - (first.end - first.start) * 60)
    assert opposite(found["e0"]) == []


class TestGallery:
    """Groups, vectors, agreement."""

    def test_a_group_becomes_one_new_animal_that_waits_for_a_second_person(
        self, world: Any, cast: Any, log_in: Callable[..., Any]
    ) -> None:
        from amur.portal.identity.gathering import gather

        for who in (1, 1, 2):
            world.visit(who)
        gather(world.project)
        names = [str(world.encounters()[code].uuid) for code in ("e0", "e1")]
        GalleryState.objects.create(
            office=cast.ours, species="Panthera tigris",
            groups=[{"encounters": names, "confidence": 0.8, "weakest": 0.7}],
        )  # fmt: skip
        client = log_in(cast.data_manager)
        assert names[1] in client.get(f"{HERE}gallery/").content.decode()
        assert client.post(f"{HERE}gallery/group", {"encounter": names, "name": "T 9"}).status_code == 302
        rows = Encounter.objects.filter(uuid__in=names)
        assert {row.state for row in rows} == {"second"} and len({row.animal_id for row in rows}) == 1
        again = client.post(f"{HERE}gallery/group", {"encounter": names})
        assert again.status_code == 409

    def test_a_table_of_vectors_is_taken_as_csv_and_as_npz(
        self, encounter: Any, cast: Any, log_in: Callable[..., Any]
    ) -> None:
        from amur.portal.identity.galleries import vectors_of

        name = str(encounter.flanks.first().uuid)
        out = io.BytesIO()
        np.savez(out, pictures=np.array([name]), vectors=np.array([[3.0, 4.0]]), network="our net")
        for file_name, content in (
            ("v.csv", f"picture,a,b\n{name},3,4\n".encode()),
            ("v.npz", out.getvalue()),
        ):
            table = io.BytesIO(content)
            table.name = file_name
            answer = log_in(cast.data_manager).post(f"{HERE}gallery/vectors", {"table": table})
            assert answer.status_code == 302
            state = GalleryState.objects.get()
            assert state.network == ("our net" if file_name == "v.npz" else "v.csv")
            found = vectors_of(state)
            assert found is not None and found.rows[name].tolist() == [3.0, 4.0]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            ("picture,a\n{name},x\n", "Row 2 has something else than numbers."),
            ("picture,a\n{name}\n", "Row 2 has 1 columns, not 2."),
            ("file,a\n{name},1\n", "The first column must be"),
            ("picture,a\n{name},0\n", "has no direction"),
            ("picture,a\nT1,1\n", "is no picture of flanks.csv"),
            ("picture,a\n{name},1\n{name},1\n", "has several vectors"),
            ("picture,a\n00000000-0000-4000-8000-000000000000,1\n", "is in this gallery"),
        ],
    )
    def test_a_wrong_table_is_refused_with_a_sentence(
        self, encounter: Any, cast: Any, log_in: Callable[..., Any], content: str, sentence: str
    ) -> None:
        table = io.BytesIO(content.format(name=encounter.flanks.first().uuid).encode())
        table.name = "vectors.csv"
        answer = log_in(cast.data_manager).post(f"{HERE}gallery/vectors", {"table": table})
        assert answer.status_code == 422 and sentence in answer.content.decode()
        assert GalleryState.objects.get().vectors == ""

    def test_agreement_counts_independent_opinions_alone(
        self, world: Any, cast: Any, second_person: Any, known: Any
    ) -> None:
        from amur.portal.identity.actions import speak
        from amur.portal.identity.agreement import agreements
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.queries import blind_opinions

        for who in (1, 2, 3):
            world.visit(who)
        gather(world.project)
        found = world.encounters()
        speak(found["e0"], "same", cast.data_manager, known)
        speak(found["e0"], "same", second_person, known)
        speak(found["e1"], "same", cast.data_manager, known)
        speak(found["e1"], "untold", second_person)
        speak(found["e1"], "untold", cast.data_manager)
        speak(found["e2"], "untold", cast.data_manager)
        together = agreements(blind_opinions(cast.ours, "Panthera tigris"))[0]
        assert (together.cases, together.alike) == (2, 1)


class TestLearning:
    """Probabilities come from decisions."""

    def test_ten_decisions_of_each_kind_make_a_calibration(
        self, world: Any, cast: Any, known: Any, tiger: Any
    ) -> None:
        from amur.portal.animals.actions import new_animal
        from amur.portal.identity.galleries import state_of
        from amur.portal.identity.gathering import gather
        from amur.portal.identity.learning import Chances, learned

        other = new_animal(cast.ours, tiger.key, "T 8")
        for _number in range(12):
            world.visit(1, frames=1, pictures=False)
        gather(world.project)
        seen = [
            {"animal": who.pk, "score": score, "inliers": count, "quality": 0.6, "same_station": False,
             "probability": 0.5, "cosine": None}
            for who, score, count in ((known, 6.0, 40), (other, 0.5, 6))
        ]  # fmt: skip
        state = state_of(cast.ours, "Panthera tigris")
        assert not learned(state).local.is_calibrated
        for row in Encounter.objects.all():
            IdentityStatement.objects.create(
                encounter=row,
                verdict="same",
                animal=known,
                said_by=cast.data_manager,
                evidence={"seen": seen},
            )
        Encounter.objects.update(state="known", animal=known)
        found = learned(state)
        assert found.local.is_calibrated and found.local.decisions == 24
        assert (
            found.local.probability(6.0, 40, 0.6, False)
            > 0.8
            > 0.2
            > found.local.probability(0.5, 6, 0.6, False)
        )
        assert Chances.from_json(found.to_json()) == found


def test_a_passport_shows_visits_to_people_with_a_right_to_camera_records_alone(
    encounter: Any, known: Any, cast: Any, log_in: Callable[..., Any]
) -> None:
    from amur.portal.identity.actions import speak

    speak(encounter, "same", cast.data_manager, known)
    encounter.flanks.update(side="left")
    address = f"/en/animals/{known.uuid}/"
    text = log_in(cast.ranger).get(address).content.decode()
    assert "SECRET0" in text and 'class="life"' in text and "2025" in text
    assert f"/identity/flank/{encounter.flanks.first().uuid}.jpg" in text
    assert "SECRET0" in log_in(cast.ranger).get(f"{HERE}?state=second").content.decode()
    hidden = log_in(cast.editor).get(address).content.decode()
    assert "T 7" in hidden and "SECRET0" not in hidden and 'class="life"' not in hidden
    assert "flank/" not in hidden
    writer = log_in(cast.data_manager)
    given = {"kind": "split", "visits": [str(encounter.uuid)], "reason": "another scar"}
    assert writer.post(address + "say", given).status_code == 302
    encounter.refresh_from_db()
    assert encounter.animal is not None and encounter.animal != known

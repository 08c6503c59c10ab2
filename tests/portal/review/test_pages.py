"""The pages of reviewers: labelling one by one and in a grid, who may, who sees people, what is shown blind."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.review.conftest import BEAR, TIGER, events_of, give_pictures, label, state, suggest

from amur.portal.cameras.models import Act, Media, Observation

pytestmark = pytest.mark.django_db


def page_of(event: Any, queue: str = "unreviewed") -> str:
    return f"/en/review/{event.project.uuid}/sequences/{event.uuid}/?queue={queue}"


def sent(*lines: dict[str, Any], seen: str = "") -> dict[str, Any]:
    data: dict[str, Any] = {"seen": seen}
    for number in range(3):
        given = lines[number] if number < len(lines) else {}
        data |= {f"{number}-{name}": value for name, value in given.items()}
    return data


def test_a_ranger_labels_and_is_led_to_the_next_sequence(survey: Any, cast: Any, log_in: Any) -> None:
    project = survey(sequences=2)
    first, second = events_of(project)
    client = log_in(cast.ranger)
    begin = client.get(f"/en/review/{project.uuid}/queues/unreviewed/next")
    assert begin.headers["Location"] == page_of(first)
    page = client.get(page_of(first))
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    done = client.post(page_of(first), sent({"type": "animal", "species": "panthera TIGRIS", "count": "2"}))
    assert done.headers["Location"] == page_of(second)
    one = Observation.objects.get(event=first)
    assert (one.scientific_name, one.count, one.classified_by) == (TIGER, 2, "ranger")
    client.post(page_of(second), sent({"type": "blank"}))
    assert [state(event) for event in (first, second)] == ["reviewed", "reviewed"]


def test_a_species_is_found_by_its_name_in_any_language(survey: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    Species.objects.create(
        key="amur-tiger", office=cast.ours, scientific_name=TIGER, role="flagship", sensitivity=2, confidence="high",
        names=MultilingualText.of("en", en="Amur tiger", ru="Амурский тигр"), is_published=True,
    )  # fmt: skip
    event = events_of(survey())[0]
    client = log_in(cast.ranger)
    assert "Amur tiger" in client.get(page_of(event)).content.decode()
    client.post(page_of(event), sent({"species": "амурский тигр"}))
    assert Observation.objects.get(event=event).scientific_name == TIGER


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{}], "Say what the sequence shows"),
        ([{"type": "animal", "species": "some beast"}], "is not known"),
        ([{"type": "blank", "species": TIGER}], "Only an animal has a species"),
        ([{"count": "3"}], "Say what it is"),
        ([{"type": "animal", "species": TIGER}] * 2, "Two lines say the same"),
        ([{"type": "blank"}, {"type": "human"}], "is not blank"),
        ([{"type": "animal", "count": "0"}], "greater than or equal to 1"),
    ],
)
def test_a_label_that_says_nothing_clear_is_refused(
    survey: Any, cast: Any, log_in: Any, lines: list[dict[str, Any]], words: str
) -> None:
    event = events_of(survey())[0]
    answer = log_in(cast.ranger).post(page_of(event), sent(*lines))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Observation.objects.count() == 0


def test_two_at_once_on_one_sequence_do_not_overwrite_each_other(
    survey: Any, cast: Any, second: Any, log_in: Any
) -> None:
    event = events_of(survey())[0]
    log_in(second).post(page_of(event), sent({"type": "animal", "species": BEAR}))
    late = log_in(cast.ranger).post(page_of(event), sent({"type": "animal", "species": TIGER}))
    assert late.status_code == 409
    text = late.content.decode()
    assert "Somebody else has labelled this sequence meanwhile" in text and BEAR in text
    assert Observation.objects.get(event=event).scientific_name == BEAR


PAGES = ("", "queues/unreviewed/", "queues/unreviewed/next", "sequences/{event}/", "machines/")


@pytest.mark.parametrize(
    "who", ["foreign_data_manager", "foreign_editor", "editor", "translator", "auditor", "public"]
)
@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_sees_that_there_is_anything(
    survey: Any, cast: Any, log_in: Any, who: str, page: str
) -> None:
    event = events_of(survey())[0]
    address = f"/en/review/{event.project.uuid}/{page.format(event=event.uuid)}"
    answer = log_in(cast[who]).get(address)
    assert answer.status_code == (302 if who == "public" else 404)
    if who == "public":
        assert "/account/login/" in answer.headers["Location"]


@pytest.mark.parametrize("who", ["foreign_data_manager", "editor", "auditor"])
def test_nobody_else_labels_or_undoes(survey: Any, cast: Any, log_in: Any, who: str) -> None:
    event = events_of(survey())[0]
    act = label(event, cast.ranger, TIGER)
    client = log_in(cast[who])
    base = f"/en/review/{event.project.uuid}"
    for address, data in (
        (page_of(event), sent({"type": "blank"})),
        (f"{base}/queues/unreviewed/label", {"0-type": "blank", "sequence": [str(event.uuid)]}),
        (f"{base}/undo", {"act": str(act.uuid)}),
        (f"{base}/threshold", {"threshold": "0.5"}),
        (f"{base}/machines/", {}),
    ):
        assert client.post(address, data).status_code == 404
    assert Act.objects.count() == 1


def test_a_ranger_has_no_machines(survey: Any, cast: Any, log_in: Any) -> None:
    client = log_in(cast.ranger)
    assert client.get(f"/en/review/{survey().uuid}/machines/").status_code == 404
    assert client.get("/en/review/networks/").status_code == 404


def test_many_are_labelled_at_once_and_undone_at_once(survey: Any, cast: Any, log_in: Any) -> None:
    project = survey(sequences=3)
    events = events_of(project)
    client = log_in(cast.ranger)
    grid = f"/en/review/{project.uuid}/queues/unreviewed/"
    assert client.get(grid).content.decode().count('name="sequence"') == 3
    data = {"0-type": "blank", "sequence": [str(event.uuid) for event in events[:2]]}
    told = client.post(f"{grid}label", data, follow=True).content.decode()
    assert "2 sequences are labelled" in told
    assert [state(event) for event in events] == ["reviewed", "reviewed", "unreviewed"]
    act = Act.objects.get()
    client.post(f"/en/review/{project.uuid}/undo", {"act": str(act.uuid)})
    assert [state(event) for event in events] == ["unreviewed"] * 3
    nothing = client.post(f"{grid}label", {"0-type": "blank"})
    assert nothing.status_code == 422 and "Choose at least one" in nothing.content.decode()


def test_one_undoes_ones_own_label_and_a_chief_everybodys(
    survey: Any, cast: Any, second: Any, log_in: Any
) -> None:
    event = events_of(survey())[0]
    act = label(event, cast.ranger, TIGER)
    address = f"/en/review/{event.project.uuid}/undo"
    assert log_in(second).post(address, {"act": str(act.uuid)}).status_code == 404
    assert state(event) == "reviewed"
    back = log_in(cast.data_manager).post(address, {"act": str(act.uuid)})
    assert back.headers["Location"] == page_of(event)
    assert state(event) == "unreviewed"
    again = log_in(cast.data_manager).post(address, {"act": str(act.uuid)}, follow=True)
    assert "cannot be undone" in again.content.decode()
    assert log_in(cast.ranger).post(address, {"act": "no uuid"}).status_code == 404


def test_nobody_sees_an_opinion_before_having_one(survey: Any, cast: Any, second: Any, log_in: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, second, BEAR, count=7)
    page = log_in(cast.ranger).get(page_of(event, "opinion")).content.decode()
    assert "1 other person has an opinion" in page
    assert "× 7" not in page and "second:" not in page
    log_in(cast.ranger).post(page_of(event, "opinion"), sent({"species": TIGER}))
    page = log_in(cast.ranger).get(page_of(event, "opinion")).content.decode()
    assert "second:" in page and "× 7" in page


def test_only_a_chief_decides_a_conflict(survey: Any, cast: Any, second: Any, log_in: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, second, BEAR)
    label(event, cast.ranger, TIGER)
    log_in(cast.ranger).post(page_of(event, "conflict"), sent({"species": TIGER}))
    assert state(event) == "conflict"
    shown = log_in(cast.data_manager).get(page_of(event, "conflict")).content.decode()
    assert "What you save now is accepted" in shown and "second:" in shown
    log_in(cast.data_manager).post(page_of(event, "conflict"), sent({"species": TIGER}))
    assert state(event) == "reviewed"


def test_people_on_pictures_are_seen_by_the_responsible_alone(survey: Any, cast: Any, log_in: Any) -> None:
    project = survey(sequences=2)
    give_pictures(project)
    event = events_of(project)[0]
    picture = Media.objects.filter(event=event).first()
    assert picture is not None
    address = f"/camera-pictures/{picture.uuid}/thumb"
    from amur.portal.cameras.pictures import url_of

    address = url_of(picture)
    ranger, chief = log_in(cast.ranger), log_in(cast.data_manager)
    assert ranger.get(address).status_code == 200
    suggest(event, "human", 0.9)
    assert ranger.get(address).status_code == 404
    assert chief.get(address).status_code == 200
    page = ranger.get(page_of(event)).content.decode()
    assert "shows a person" in page and address not in page
    grid = ranger.get(f"/en/review/{project.uuid}/queues/unreviewed/").content.decode()
    assert address not in grid and str(event.uuid) not in grid
    assert ranger.post(page_of(event), sent({"type": "blank"})).status_code == 200
    ranger.post(
        f"/en/review/{project.uuid}/queues/unreviewed/label",
        {"0-type": "blank", "sequence": [str(event.uuid)]},
    )
    assert state(event) == "unreviewed"
    assert address in chief.get(page_of(event)).content.decode()
    chief.post(page_of(event), sent({"type": "human"}))
    assert ranger.get(address).status_code == 404


def test_the_page_shows_pictures_boxes_and_what_comes_next(survey: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.cameras.pictures import url_of

    project = survey(sequences=2)
    give_pictures(project)
    event, following = events_of(project)
    suggest(event, "animal", 0.83)
    page = log_in(cast.ranger).get(page_of(event)).content.decode()
    for media in event.media.all():
        assert url_of(media, "preview") in page
    assert 'data-boxes="0.1000,0.2000,0.3000,0.4000"' in page
    assert "test suggests:" in page and "0.83" in page
    ahead = page.split('data-ahead="')[1].split('"')[0].split()
    assert ahead == [url_of(media, "preview") for media in following.media.order_by("captured")]


def test_a_page_has_no_script_or_style_of_its_own(survey: Any, cast: Any, log_in: Any) -> None:
    event = events_of(survey())[0]
    for address in (page_of(event), f"/en/review/{event.project.uuid}/queues/unreviewed/"):
        page = log_in(cast.ranger).get(address).content.decode()
        assert page.count("<script") == page.count('<script type="module" src=')
        assert "style=" not in page and "<style" not in page and "onclick" not in page


def test_a_project_tells_how_far_it_is(survey: Any, cast: Any, second: Any, log_in: Any) -> None:
    project = survey(sequences=4, opinions_needed=2)
    for event, other in zip(events_of(project)[:2], (TIGER, BEAR), strict=True):
        label(event, cast.ranger, TIGER)
        label(event, second, other)
    page = log_in(cast.data_manager).get(f"/en/review/{project.uuid}/").content.decode()
    assert "1 of 4 sequences are answered" in page
    assert "all (Fleiss)" in page and "ranger – second (Cohen)" in page
    listed = log_in(cast.ranger).get("/en/review/").content.decode()
    assert f"/en/review/{project.uuid}/" in listed
    assert (
        f"/en/review/{project.uuid}/"
        not in log_in(cast.foreign_data_manager).get("/en/review/").content.decode()
    )


def test_a_queue_that_is_not_there_is_not_found(survey: Any, cast: Any, log_in: Any) -> None:
    project = survey()
    client = log_in(cast.ranger)
    assert client.get(f"/en/review/{project.uuid}/queues/nothing/").status_code == 404
    assert client.get(f"/en/review/{project.uuid}/queues/unreviewed/?after=x").status_code == 404

"""The pages of a card: for people of the office who bring cards, and for nobody else; clocks are put right."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import card_samples as samples
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.portal.cards.conftest import about

from amur.portal.cameras import pictures, store
from amur.portal.cards import actions, arriving, finishing
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

pytestmark = pytest.mark.django_db
NEW = "/en/cards/new/"


def said(**changed: str) -> dict[str, str]:
    given = {
        "station": "A1",
        "start": "2026-03-01T07:00",
        "end": "2026-04-20T12:00",
        "time_zone": "",
        "latitude": "43.25",
        "longitude": "131.5",
        "uncertainty": "10",
        "camera": "7",
        "camera_model": "T-1",
        "deployment": "",
    }
    return {**given, **changed}


def address(name: str, card: Any, **more: Any) -> str:
    return reverse(name, kwargs={"uuid": card.uuid, **more})


@pytest.fixture
def card(project: Any, cast: Any) -> Any:
    return actions.open_card(about(project), cast.data_manager)


def read_all() -> Run:
    """Do the run that waits."""
    return work_on(Run.objects.filter(state=RunState.QUEUED).latest("pk").uuid)


def test_only_people_of_the_office_who_bring_cards_see_any_of_it(
    cast: Any, log_in: Any, card: Any, bring: Any, tmp_path: Path
) -> None:
    from amur.portal.cameras.models import Media

    finishing.finish(bring(samples.laid(tmp_path / "card", samples.card(1))), None)
    media = Media.objects.get()
    CardFile.objects.create(card=card, name="a.jpg", size=9, state=CardFile.State.ARRIVING)
    number = card.files.get().pk
    pages = [address(name, card) for name in ("card", "card-files")]
    verbs = [
        address(name, card)
        for name in (
            "card-offer", "card-read", "card-correct", "card-undo", "card-finish", "card-take-back",
            "card-delete", "card-archive",
        )
    ]  # fmt: skip
    verbs.append(address("card-piece", card, number=number) + "?from=0")
    for name in ("editor", "translator", "auditor", "administrator", "foreign_data_manager"):
        browser = log_in(cast[name])
        for page in [*pages, *([pictures.url_of(media)] if name == "foreign_data_manager" else [])]:
            assert browser.get(page).status_code == 404, (name, page)
        for verb in verbs:
            assert browser.post(verb).status_code in (403, 404), (name, verb)
    public = log_in(None)
    for page in (*pages, NEW, "/en/cards/"):
        assert "/account/login/" in public.get(page).headers["Location"]
    for variant in ("thumb", "preview"):
        assert public.get(pictures.url_of(media, variant)).status_code == 404
    for name in ("data_manager", "ranger"):
        assert log_in(cast[name]).get(pages[0]).status_code == 200
    assert MemoryCard.objects.filter(pk=card.pk).exists()


def test_a_card_is_opened_by_the_form_and_wrong_words_are_told_at_their_field(
    cast: Any, log_in: Any, project: Any
) -> None:
    browser = log_in(cast.ranger)
    page = browser.post(NEW, said(project=str(project.pk)))
    card = MemoryCard.objects.get()
    assert page.headers["Location"] == address("card", card)
    station = card.deployment.station
    assert station.place is not None
    assert station.place.tuple == (131.5, 43.25)
    assert card.deployment.start.isoformat() == "2026-02-28T21:00:00+00:00"
    for changed, field in (
        ({"end": "2026-02-01T07:00"}, "end"),
        ({"start": "yesterday"}, "start"),
        ({"latitude": "95"}, "latitude"),
        ({"station": "B2", "longitude": ""}, "latitude"),
        ({"time_zone": "Asia/Nowhere"}, "time_zone"),
    ):
        refused = browser.post(NEW, said(project=str(project.pk), **changed))
        assert refused.status_code == 422
        assert f'id="id_{field}_error"' in refused.content.decode(), field
    assert MemoryCard.objects.count() == 1


def test_a_project_of_another_office_cannot_be_chosen(cast: Any, log_in: Any, project: Any) -> None:
    assert log_in(cast.foreign_data_manager).post(NEW, said(project=str(project.pk))).status_code == 422


def send(browser: Any, card: Any, files: dict[str, bytes], piece: int = 5000) -> None:
    """What the script of the page does."""
    listed = [
        {"name": name, "size": len(data), "modified": "2026-03-01T08:00:00"} for name, data in files.items()
    ]
    body = json.dumps({"files": listed})
    answer = browser.post(address("card-offer", card), body, content_type="application/json")
    for (_name, data), known in zip(files.items(), answer.json()["files"], strict=True):
        at = known.get("arrived", len(data))
        while at < len(data):
            place = address("card-piece", card, number=known["id"]) + f"?from={at}"
            part = data[at : at + piece]
            taken = browser.post(place, part, content_type="application/octet-stream").json()
            assert taken["arrived"] == at + len(part)
            at = taken["arrived"]


def test_files_come_piece_by_piece_and_are_read_in_the_cameras_order(
    cast: Any, log_in: Any, card: Any
) -> None:
    browser = log_in(cast.data_manager)
    send(browser, card, samples.card(4))
    assert set(card.files.values_list("state", flat=True)) == {CardFile.State.WAITING}
    assert browser.post(address("card-finish", card)).status_code == 409
    run = browser.post(address("card-read", card))
    assert "/office/runs/" in run.headers["Location"]
    assert read_all().state == RunState.DONE
    page = browser.get(address("card", card)).content.decode()
    assert "Bring 4 pictures and videos in" in page
    assert "Nothing about the times is doubtful" in page
    assert not list(arriving.folder(card).iterdir())
    assert browser.post(address("card-finish", card)).status_code == 302
    assert finishing.media_of(card).count() == 4
    assert "Finished on" in browser.get(address("card", card)).content.decode()


def test_an_upload_that_was_cut_off_goes_on_where_it_was(cast: Any, log_in: Any, card: Any) -> None:
    browser, data = log_in(cast.data_manager), samples.picture()
    offer = json.dumps({"files": [{"name": "IMG_1.JPG", "size": len(data)}]})

    def ask() -> dict[str, Any]:
        answer = browser.post(address("card-offer", card), offer, content_type="application/json")
        found: dict[str, Any] = answer.json()["files"][0]
        return found

    known = ask()
    place = address("card-piece", card, number=known["id"])

    def piece(start: int, end: int) -> Any:
        return browser.post(f"{place}?from={start}", data[start:end], content_type="application/octet-stream")

    assert piece(0, 1000).json() == {"arrived": 1000}
    repeated = piece(0, 1000)
    assert (repeated.status_code, repeated.json()) == (409, {"arrived": 1000})
    assert piece(2000, 3000).status_code == 409
    assert ask()["arrived"] == 1000
    assert piece(1000, len(data)).json() == {"arrived": len(data)}
    assert ask()["arrived"] == len(data)
    assert piece(0, 100).json() == {"arrived": len(data)}
    assert arriving.place_of(card.files.get()).read_bytes() == data


def test_more_than_was_offered_a_wrong_list_and_wrong_names_are_refused(
    cast: Any, log_in: Any, card: Any
) -> None:
    browser = log_in(cast.data_manager)

    def offer(body: Any) -> Any:
        return browser.post(address("card-offer", card), body, content_type="application/json")

    for body in ("", "[]", '{"files": 1}', '{"files": [{"name": "a"}]}', "{" * 10, "\ud800"[:0] + "nul\0l"):
        assert offer(body).status_code == 400, body
    many = [{"name": f"{number}.jpg", "size": 9} for number in range(501)]
    assert offer(json.dumps({"files": many})).status_code == 400
    names = ["../../x.jpg", "/etc/x.jpg", "Thumbs.db", "good.jpg"]
    answer = offer(json.dumps({"files": [{"name": name, "size": 9} for name in names]})).json()["files"]
    assert [("refused" in one) for one in answer] == [True, True, True, False]
    place = address("card-piece", card, number=answer[3]["id"]) + "?from=0"
    assert browser.post(place, b"x" * 10, content_type="application/octet-stream").status_code == 409
    assert arriving.arrived(card.files.get(name="good.jpg")) == 0
    page = browser.get(address("card", card)).content.decode()
    assert "leads out of the card" in page


def test_an_archive_is_taken_by_the_form_without_a_script(cast: Any, log_in: Any, card: Any) -> None:
    browser = log_in(cast.data_manager)
    refused = browser.post(address("card-archive", card), {"archive": SimpleUploadedFile("a.zip", b"none")})
    assert refused.status_code == 422
    assert "no ZIP archive" in refused.content.decode()
    packed = samples.packed({**samples.card(3), "../up.jpg": samples.picture(9)})
    sent = browser.post(address("card-archive", card), {"archive": SimpleUploadedFile("a.zip", packed)})
    assert sent.status_code == 302
    assert read_all().state == RunState.DONE
    assert card.files.filter(state=CardFile.State.TAKEN).count() == 3
    assert card.files.filter(state=CardFile.State.PASSED).count() == 1


def test_while_a_card_is_read_nothing_can_come_or_change(cast: Any, log_in: Any, card: Any) -> None:
    browser = log_in(cast.data_manager)
    send(browser, card, samples.card(1))
    one = browser.post(address("card-read", card)).headers["Location"]
    assert browser.post(address("card-read", card)).headers["Location"] == one
    offer = json.dumps({"files": [{"name": "b.jpg", "size": 9}]})
    assert (
        browser.post(address("card-offer", card), offer, content_type="application/json").status_code == 404
    )
    assert browser.post(address("card-finish", card)).status_code == 409
    assert browser.post(address("card-delete", card)).status_code == 409
    assert "The card is being read" in browser.get(address("card", card)).content.decode()


def test_a_wrong_year_is_told_previewed_put_right_with_a_click_and_undone(
    cast: Any, log_in: Any, bring: Any, tmp_path: Path
) -> None:
    files = samples.card(5, start=samples.START.replace(year=2015), gap=timedelta(days=3))
    card = bring(samples.laid(tmp_path / "card", files))
    browser = log_in(cast.data_manager)
    page = browser.get(address("card", card)).content.decode()
    assert "The times lie in a wrong year." in page
    assert "2015-03-01 08:00:00" in page and "2026-03-01 08:00:00" in page
    code = re.search(r'name="code" value="([^"]+)"', page)
    assert code is not None
    assert browser.post(address("card-correct", card), {"code": code[1]}).status_code == 302
    card.refresh_from_db()
    assert len(card.corrections) == 1
    assert "Nothing about the times is doubtful" in browser.get(address("card", card)).content.decode()
    assert browser.post(address("card-undo", card)).status_code == 302
    card.refresh_from_db()
    assert card.corrections == []
    browser.post(address("card-correct", card), {"code": code[1]})
    card.refresh_from_db()
    finishing.finish(card, None)
    media = finishing.media_of(card).order_by("captured").first()
    assert media is not None and media.recorded is not None and media.exif is not None
    assert (media.captured.year, media.recorded.year) == (2026, 2015)
    assert media.exif["shown"] == "2015-03-01T08:00:00"
    assert browser.post(address("card-undo", card)).status_code == 409


def test_field_notes_shift_or_stretch_the_times_after_a_preview(
    cast: Any, log_in: Any, bring: Any, tmp_path: Path
) -> None:
    card = bring(samples.laid(tmp_path / "card", samples.card(3, gap=timedelta(days=10))))
    browser, place = log_in(cast.data_manager), address("card-correct", card)
    notes = {"shown": "2026-03-01T08:00", "true": "2026-03-01T08:05:00"}
    looked = browser.post(place, notes)
    assert looked.status_code == 200
    assert "2026-03-01 08:05:00" in looked.content.decode()
    card.refresh_from_db()
    assert card.corrections == []
    later = {"shown_later": "2026-03-21T08:00", "true_later": "2026-03-21T08:10"}
    assert browser.post(place, {**notes, **later, "apply": ""}).status_code == 302
    card.refresh_from_db()
    assert card.corrections[0]["kind"] == "drift"
    assert "s a day" in browser.get(address("card", card)).content.decode()
    for wrong, field in (
        ({"shown": "now"}, "shown"),
        ({"first": "none.jpg"}, "first"),
        ({"shown_later": "2026-03-21T08:00"}, "true_later"),
        ({"shown_later": "2026-02-21T08:00", "true_later": "2026-02-21T08:10"}, "true_later"),
    ):
        refused = browser.post(place, {**notes, **wrong, "apply": ""})
        assert refused.status_code == 422
        assert f'id="id_{field}_error"' in refused.content.decode(), field
    card.refresh_from_db()
    assert len(card.corrections) == 1


def test_every_file_is_in_the_list_and_no_cell_is_a_formula(
    cast: Any, log_in: Any, bring: Any, tmp_path: Path
) -> None:
    files = {**samples.card(2), "=cmd.jpg": b"x"}
    card = bring(samples.laid(tmp_path / "card", files))
    text = log_in(cast.data_manager).get(address("card-files", card)).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["file"]: row["state"] for row in rows} == {
        "DCIM/100TEST/IMG_0001.JPG": "taken",
        "DCIM/100TEST/IMG_0002.JPG": "taken",
        "'=cmd.jpg": "refused",
    }


def test_pictures_are_served_without_metadata_and_kept_by_no_stranger(
    cast: Any, log_in: Any, bring: Any, tmp_path: Path
) -> None:
    from amur.portal.cameras.models import Media

    finishing.finish(bring(samples.laid(tmp_path / "card", samples.card(1))), None)
    media = Media.objects.get()
    assert media.sha256 is not None
    assert media.sha256 not in pictures.url_of(media)
    browser = log_in(cast.ranger)
    for variant in ("thumb", "preview"):
        answer = browser.get(pictures.url_of(media, variant))
        data = b"".join(answer.streaming_content)
        assert data.startswith(b"\xff\xd8") and b"TESTCAM" not in data and b"Exif" not in data
        assert "private" in answer.headers["Cache-Control"]
        again = browser.get(
            pictures.url_of(media, variant), headers={"if-none-match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
    store.path_of(media.sha256, "thumbs").unlink()
    assert browser.get(pictures.url_of(media)).status_code == 200  # it is made anew
    media.sha256 = None
    media.save()
    assert browser.get(f"/camera-pictures/{media.uuid}/thumb.jpg").status_code == 404
    assert pictures.url_of(media) == ""


def test_the_list_shows_the_cards_of_the_persons_offices_alone(cast: Any, log_in: Any, card: Any) -> None:
    assert card.deployment.code in log_in(cast.ranger).get("/en/cards/").content.decode()
    assert card.deployment.code not in log_in(cast.foreign_data_manager).get("/en/cards/").content.decode()
    assert log_in(cast.auditor).get("/en/cards/").status_code in (403, 404)

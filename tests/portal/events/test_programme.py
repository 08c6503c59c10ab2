"""Programmes: what an office enters is what the public reads, and nothing of it goes astray."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.form_data import filled_form

from amur.portal.events.admin import ChannelsField
from amur.portal.events.models import Commitment, Event, EventFile, Session, Talk
from amur.portal.media.models import MediaFile
from amur.portal.release.models import Released


def released(row: Any) -> Released:
    return Released.objects.get(uuid=row.uuid)


@pytest.fixture
def editor(cast: Any, log_in: Any) -> Any:
    return log_in(cast.editor)


def address_of(event: Event) -> str:
    return f"/admin/events/edit/{event.pk}/"


def errors(answer: Any) -> str:
    """Everything that a refused form complains about, with that of the rows within it."""
    assert answer.status_code == 200, "the form was accepted"
    return " ".join(_complaints(answer.context["form"]))


def _complaints(form: Any) -> list[str]:
    found = [f"{name}: {one}" for name, messages in form.errors.items() for one in messages]
    for name, formset in getattr(form, "formsets", {}).items():
        found += [f"{name}: {one}" for one in formset.non_form_errors()]
        found += [one for row in formset.forms for one in _complaints(row)]
    return found


def test_a_programme_sent_back_untouched_stays_as_it_was(editor: Any, forum: Event) -> None:
    before = released(forum).fields
    address = address_of(forum)
    # A browser drops the line break that follows <textarea>, the parser of the tests does not.
    data = {
        name: value.removeprefix("\n") if isinstance(value, str) else value
        for name, value in filled_form(editor, address).items()
    }
    answer = editor.post(address, data)
    assert answer.status_code == 302, errors(answer)
    assert released(forum).fields == before
    assert [len(one["talks"]) for one in before["sessions"]] == [0, 2]
    assert [one["name"]["source"] for one in before["sessions"][1]["talks"]] == ["ru", "zh-hans"]


def test_a_session_and_a_talk_are_added_in_one_form_and_released_with_a_new_revision(
    editor: Any, forum: Event
) -> None:
    address = address_of(forum)
    data = filled_form(editor, address)
    data |= {
        "sessions-0-talks-TOTAL_FORMS": "1",
        "sessions-0-talks-0-id": "",
        "sessions-0-talks-0-names-source": "ru",
        "sessions-0-talks-0-names-ru": "Приветствие",
        "sessions-0-talks-0-speakers": "Speaker, office",
        "sessions-0-talks-0-language": "ru",
        "sessions-0-talks-0-ORDER": "1",
        "sessions-0-channels": "ru > en | simultaneous | channel 4 | https://example.org/stream",
    }
    answer = editor.post(address, data)
    assert answer.status_code == 302, errors(answer)
    fields = released(forum).fields
    assert fields["sessions"][0]["talks"][0]["name"]["texts"]["ru"]["text"] == "Приветствие"
    assert fields["sessions"][0]["channels"] == [
        {
            "from": "ru",
            "to": "en",
            "mode": "simultaneous",
            "where": "channel 4",
            "link": "https://example.org/stream",
        }
    ]
    assert fields["sequence"] == "1"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("sessions-0-day", "2027-05-20", "outside the days of the event"),
        ("sessions-0-ends", "08:00", "ends before it begins"),
        ("sessions-1-channels", "ru > ru | simultaneous", "two different languages"),
        ("sessions-1-channels", "ru > mn | somehow", "simultaneous, consecutive"),
        ("sessions-1-channels", "ru > mn | remote | hall | nowhere", "valid URL"),
        ("sessions-1-room", "Hall at 48.25 N, 134.5 E", "names coordinates"),
        ("time_zone", "Asia/Atlantis", "is no time zone"),
        ("time_zone", "", "time zone"),
        ("end", "2027-05-01", "ends before it begins"),
    ],
)
def test_a_programme_that_cannot_be_is_refused_with_the_reason(
    field: str, value: str, why: str, editor: Any, forum: Event
) -> None:
    address = address_of(forum)
    before = released(forum).fields
    answer = editor.post(address, filled_form(editor, address) | {field: value})
    assert why in errors(answer)
    assert released(forum).fields == before


def test_registration_needs_the_very_day_and_the_zone(editor: Any, forum: Event) -> None:
    Session.objects.all().delete()
    address = address_of(forum)
    data = filled_form(editor, address) | {"start": "2027-05", "end": ""}
    assert "very days" in errors(editor.post(address, data))


def test_a_translator_changes_the_texts_of_an_event_and_no_time(cast: Any, log_in: Any, forum: Event) -> None:
    translator = log_in(cast.translator)
    address = address_of(forum)
    data = filled_form(translator, address) | {"names-mn": "2027 оны чуулган", "start": "2027-01-01"}
    assert translator.post(address, data).status_code == 302
    forum.refresh_from_db()
    assert forum.names.texts["mn"].text == "2027 оны чуулган"
    assert forum.start == "2027-05-12"


def test_more_places_in_the_form_are_given_to_those_who_wait(editor: Any, forum: Event) -> None:
    from tests.portal.events.test_registering import take

    waiting = take(forum, 3)[2][0]
    address = address_of(forum)
    assert editor.post(address, filled_form(editor, address) | {"capacity": "3"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_channels_are_lines_that_come_back_as_they_were() -> None:
    field = ChannelsField()
    entries = field.clean("ru > en | simultaneous | 2 | https://example.org/\nmn > ru | sign")
    assert field.prepare_value(entries).splitlines() == [
        "ru > en | simultaneous | 2 | https://example.org/",
        "mn > ru | sign",
    ]


def test_files_and_slides_are_public_when_they_are_published(forum: Event, cast: Any) -> None:
    file = MediaFile.objects.create(
        key="paper", office=cast.ours, kind="document", name="a.pdf", sha256="0" * 64, size=1
    )
    EventFile.objects.create(event=forum, file=file)
    talk = Talk.objects.get(names__isnull=False, language="ru")
    talk.slides = file
    talk.save()
    assert released(forum).fields["files"] == []
    file.is_published = True
    file.save()
    fields = released(forum).fields
    assert fields["files"] == [str(file.uuid)]
    assert fields["sessions"][1]["talks"][0]["slides"] == str(file.uuid)
    file.is_published = False
    file.save()
    fields = released(forum).fields
    assert fields["files"] == [] and fields["sessions"][1]["talks"][0]["slides"] == ""


def test_an_unpublished_series_is_not_named(forum: Event) -> None:
    assert forum.series is not None
    assert released(forum).fields["series"] == forum.series.key
    forum.series.is_published = False
    forum.series.save()
    assert released(forum).fields["series"] is None


def test_what_was_agreed_is_public_with_its_event_only(forum: Event, commitment: Commitment) -> None:
    assert released(commitment).fields["event"] == "forum"
    forum.is_published = False
    forum.save()
    assert not Released.objects.filter(uuid=commitment.uuid).exists()
    forum.is_published = True
    forum.save()
    commitment.is_published = False
    commitment.save()
    assert not Released.objects.filter(uuid=commitment.uuid).exists()


def test_a_commitment_needs_somebody_who_answers_for_it(cast: Any, editor: Any, forum: Event) -> None:
    data = filled_form(editor, "/admin/commitments/new/")
    data |= {
        "text-source": "en",
        "text-en": "Plant trees",
        "key": "trees",
        "event": str(forum.pk),
        "kind": "commitment",
        "state": "open",
        "is_published": "on",
    }
    assert "who answers for it" in errors(editor.post("/admin/commitments/new/", data))
    assert editor.post("/admin/commitments/new/", data | {"kind": "decision"}).status_code == 302
    more = {"key": "trees-2", "responsible": str(cast.theirs.pk), "due": "2028-01-01"}
    assert editor.post("/admin/commitments/new/", data | more).status_code == 302
    made = Commitment.objects.get(key="trees-2")
    assert made.office == cast.ours
    assert released(made).fields["responsible"] == "theirs"


def test_another_offices_event_is_not_found_and_its_draft_no_choice(
    cast: Any, log_in: Any, forum: Event
) -> None:
    forum.is_published = False
    forum.save()
    client = log_in(cast.foreign_editor)
    assert client.get(address_of(forum)).status_code == 404
    page = client.get("/admin/commitments/new/").content.decode()
    assert "Forum of 2027" not in page


def test_an_event_with_registrations_or_commitments_is_not_deleted_and_the_editor_is_told_why(
    editor: Any, forum: Event, commitment: Commitment
) -> None:
    answer = editor.post(f"/admin/events/delete/{forum.pk}/", follow=True)
    assert answer.status_code == 200
    assert "cannot be deleted" in answer.content.decode()
    assert "decisions and commitments" in answer.content.decode()
    assert Event.objects.filter(pk=forum.pk).exists()
    assert Released.objects.filter(uuid=forum.uuid).exists()
    commitment.delete()
    editor.post(f"/admin/events/delete/{forum.pk}/")
    assert not Event.objects.filter(pk=forum.pk).exists()
    assert not Released.objects.filter(uuid=forum.uuid).exists()

"""The pages of questions: who sees them, what the files hold, what is saved and by whom it is deleted."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.portal.patrol_queries import seasons
from tests.portal.patrols.test_patrol_pages import address, worked

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ROLES = ("data_manager", "ranger", "auditor", "editor", "translator", "foreign_data_manager", "public")
SEES = {"data_manager", "ranger", "auditor"}
ASKED = {"measure": "distance", "by": "patrol"}


@pytest.fixture
def season(cast: Cast, tmp_path: Path) -> None:
    seasons.take(tmp_path, cast.ours, *seasons.small())


@pytest.fixture
def ranger(cast: Cast, season: None, log_in: Callable[[Any], Client]) -> Client:
    return log_in(cast.ranger)


def save(client: Client, cast: Cast, name: str = "Ways", **more: Any) -> Any:
    from amur.portal.patrol_queries.models import SavedQuestion

    given = {"name": name, "office": cast.ours.pk, "question": "measure=distance&by=patrol", **more}
    assert client.post(address("patrol-questions-save"), given).status_code == 302
    return SavedQuestion.objects.get(name=name)


@pytest.mark.parametrize("role", ROLES)
def test_answers_are_seen_by_people_of_the_office_with_the_right_only(
    role: str, cast: Cast, season: None, log_in: Callable[[Any], Client]
) -> None:
    own = save(log_in(cast.ranger), cast, is_shared="on")
    client = log_in(cast[role])

    for name, query in (
        ("patrol-questions", ASKED),
        ("patrol-questions-csv", ASKED),
        ("patrol-questions-xlsx", ASKED),
        ("patrol-measures", {}),
    ):
        answer = client.get(address(name), query)
        if role in SEES:
            assert answer.status_code == 200, name
            assert "no-store" in answer["Cache-Control"]
        else:
            assert answer.status_code in (302, 404) or b"29.2" not in answer.content, name
            assert answer.status_code != 200 or role == "foreign_data_manager"
    kept = client.get(address("patrol-question", uuid=own.uuid))
    assert kept.status_code == (200 if role in SEES else 302 if role == "public" else 404)


def test_the_page_says_the_whole_the_groups_and_what_is_left_out(ranger: Client) -> None:
    page = ranger.get(address("patrol-questions"), {**ASKED, "map": "on"}).content.decode()

    assert "<strong>29.24</strong> · without 1 day of a leg of which this is unknown" in page
    assert "The groups add up to the whole." in page
    assert page.count('class="bar"') == 3
    assert 'class="cell"' in page
    assert "2026-03-01" in page


def test_a_wrong_question_is_told_at_its_field(ranger: Client) -> None:
    answer = ranger.get(address("patrol-questions"), {"measure": "coverage"})
    assert answer.status_code == 422
    assert "choose an area, or groups by area" in answer.content.decode()
    assert ranger.get(address("patrol-questions-csv"), {"measure": "coverage"}).status_code == 404


def test_an_empty_season_says_that_nothing_fits(cast: Cast, log_in: Callable[[Any], Client]) -> None:
    page = log_in(cast.ranger).get(address("patrol-questions"), {**ASKED, "map": "on"})
    assert page.status_code == 200
    assert "Nothing fits." in page.content.decode()
    assert "No way is known here." in page.content.decode()


def test_files_hold_all_numbers_and_no_formula(
    cast: Cast, tmp_path: Path, log_in: Callable[[Any], Client]
) -> None:
    evil = seasons.patrol("=1+1", seasons.leg(seasons.day(date(2026, 3, 1)), people=(0,)), "@team", "-x")
    seasons.take(tmp_path, cast.ours, evil)
    client = log_in(cast.ranger)

    sheet = load_workbook(io.BytesIO(client.get(address("patrol-questions-xlsx"), ASKED).content)).worksheets[
        0
    ]
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["=1+1", "Whole"]
    assert [row[0].data_type for row in rows] == ["s", "s"]
    assert rows[0][2].value == pytest.approx(seasons.ONE, rel=2e-4)
    text = client.get(address("patrol-questions-csv"), ASKED).content.decode("utf-8-sig")
    assert "'=1+1,'=1+1,11.119" in text


def test_a_private_question_is_seen_and_deleted_by_its_owner_alone(
    cast: Cast, ranger: Client, log_in: Callable[[Any], Client]
) -> None:
    from amur.portal.patrol_queries.models import SavedQuestion

    own, colleague = save(ranger, cast), log_in(cast.data_manager)
    place, delete = (address(name, uuid=own.uuid) for name in ("patrol-question", "patrol-question-delete"))

    assert colleague.get(place).status_code == 404
    assert "Ways" not in colleague.get(address("patrol-questions")).content.decode()
    SavedQuestion.objects.update(is_shared=True)
    assert colleague.get(place).status_code == 200
    assert colleague.post(delete).status_code == 404
    assert ranger.post(delete).status_code == 302
    assert not SavedQuestion.objects.exists()


def test_a_question_is_not_saved_for_another_office(cast: Cast, ranger: Client) -> None:
    from amur.portal.patrol_queries.models import SavedQuestion

    given = {"name": "Theirs", "office": cast.theirs.pk, "question": "measure=distance"}
    ranger.post(address("patrol-questions-save"), given)
    assert not SavedQuestion.objects.exists()


def test_each_month_is_answered_once_with_the_rights_that_the_owner_has_then(
    cast: Cast, ranger: Client
) -> None:
    from amur.portal.offices.models import Membership
    from amur.portal.patrol_queries import actions

    own = save(ranger, cast, is_monthly="on")

    assert actions.answer_month(date(2026, 4, 1)) == (1, [])
    assert actions.answer_month(date(2026, 4, 2)) == (0, [])
    kept = own.answers.get()
    assert kept.month == date(2026, 3, 1)
    # B on 1 March 11.119 km, C 7 km; the way of A on that day is unknown.
    assert kept.answer["whole"]["value"] == pytest.approx(seasons.ONE + 7, rel=2e-4)
    assert kept.answer["whole"]["left_out"] == 1
    assert "2026-03" in ranger.get(address("patrol-question", uuid=own.uuid)).content.decode()
    Membership.objects.filter(person=cast.ranger).delete()
    done, failed = actions.answer_month(date(2026, 5, 1))
    assert (done, len(failed)) == (0, 1)


def test_many_tracks_are_read_by_a_run_that_leads_back(
    cast: Cast, ranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amur.portal.patrol_queries import tracks
    from amur.portal.runs.kinds import kind_named

    monkeypatch.setattr(tracks, "AT_ONCE", 1)
    asked = {"measure": "track_hours"}
    waiting = ranger.get(address("patrol-questions"), asked).content.decode()
    assert "The fixes of 2 patrols were not read yet." in waiting

    ranger.post(address("patrol-questions-tracks"), {"question": "measure=track_hours"})
    run = worked()
    assert run.result == {"patrols": 2}
    kind = kind_named(run.kind)
    assert kind.address is not None
    page = ranger.get(kind.address(run)).content.decode()
    assert "<strong>4</strong>" in page

"""The pages of the chief: the week, targets, reports as PDF and DOCX, feedback sheets; and who sees them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.portal.patrol_reports import season

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ROLES = ("data_manager", "ranger", "auditor", "editor", "translator", "foreign_data_manager", "public")
SEES = {"data_manager", "ranger", "auditor"}
CHANGES = {"data_manager", "ranger"}


@pytest.fixture
def browsers(cast: Cast, log_in: Callable[[Any], Client]) -> Callable[[str], Client]:
    return lambda role: log_in(cast[role])


def address(name: str, language: str = "en", **more: Any) -> str:
    from django.urls import reverse
    from django.utils import translation

    with translation.override(language):
        return reverse(name, kwargs=more)


def week(office: Any, number: int = 10, language: str = "en") -> str:
    return f"{address('patrol-week-of', language, uuid=office.uuid)}?week=2026-W{number:02}"


def words(answer: Any) -> str:
    """The text of a page without tags, spaces made one."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def patrol(code: str = "AMUR-001") -> Any:
    from amur.portal.patrols.models import Patrol

    return Patrol.objects.get(code=code)


def made(client: Client, office: Any, language: str = "en", kind: str = "report", **more: str) -> Any:
    """A report that the form asks for, made."""
    from amur.portal.patrol_reports.models import Report
    from amur.portal.runs.execution import work_on
    from amur.portal.runs.models import Run

    given = {"start": season.START.isoformat(), "end": season.END.isoformat(), **more}
    answer = client.post(
        address("patrol-reports"), {"office": office.pk, "kind": kind, "language": language, **given}
    )
    assert answer.status_code == 302, answer.content.decode()
    run = work_on(Run.objects.order_by("-pk")[0].uuid)
    return Report.objects.get(uuid=run.result["report"]) if run.result else run


def pdf_text(content: bytes) -> str:
    import pypdfium2

    file = pypdfium2.PdfDocument(content)
    text = " ".join(page.get_textpage().get_text_range() for page in file)
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def docx_text(content: bytes) -> str:
    import docx

    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in file.paragraphs), *cells]).replace("\xa0", " ")


@pytest.mark.parametrize("role", ROLES)
def test_the_room_is_seen_by_people_of_its_office_with_the_right_only(
    role: str, cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrol_reports import store
    from amur.portal.patrol_reports.models import Report, Target

    season.take(cast.ours, tmp_path)
    target = Target.objects.create(
        office=cast.ours, name="Spring", measure="distance", amount=1, start=season.START, end=season.END
    )
    own = Report.objects.create(
        office=cast.ours, kind="report", run=target.uuid, start=season.START, end=season.END,
        language="en", pdf=store.keep(b"AMUR-001", "pdf"), docx=store.keep(b"AMUR-001", "docx"),
    )  # fmt: skip
    client = browsers(role)
    of_the_office = {
        week(cast.ours),
        address("patrol-sheet", uuid=patrol().uuid),
        address("patrol-reports-report", uuid=own.uuid),
        address("patrol-reports-file", uuid=own.uuid, form="pdf"),
        address("patrol-reports-file", uuid=own.uuid, form="docx"),
    }

    for place in sorted(of_the_office):
        answer = client.get(place)
        if role in SEES:
            assert answer.status_code == 200, place
            assert "no-store" in answer["Cache-Control"]
        else:
            assert answer.status_code == (302 if role == "public" else 404), place
    for name in ("patrol-targets", "patrol-reports"):
        shown = client.get(address(name))
        assert (role in SEES) == ("Spring" in words(shown) or "AMUR-001" in words(shown)) or name != (
            "patrol-targets"
        )
        assert role in SEES or str(own.uuid) not in shown.content.decode()
    client.post(address("patrol-target-end", uuid=target.uuid))
    target.refresh_from_db()
    assert (target.ended is not None) == (role in CHANGES)
    answer = client.post(address("patrol-sheet", uuid=patrol().uuid))
    assert (answer.status_code == 302 and "/runs/" in answer["Location"]) == (role in CHANGES)


def test_the_week_tells_who_was_out_what_was_found_and_the_same_sums_as_the_list(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    season.take(cast.ours, tmp_path)
    client = browsers("data_manager")

    # Week 10 begins on 2 March: a day of AMUR-001, two of AMUR-002.
    answer = client.get(week(cast.ours))

    assert answer.context["totals"]["distance"].value == pytest.approx(3 * season.DAY_KM, abs=0.01)
    listed = client.get(address("patrols"), {"start": "2026-03-02", "end": "2026-03-08"})
    assert answer.context["totals"] == listed.context["totals"]
    told = words(answer)
    for text in ("AMUR-001", "AMUR-002", "Ivan Petrov", "Vera Petrov", "Terney", "Kema", "Tigers", "Foot"):
        assert text in told, text
    assert "AMUR-003" not in told
    assert [(one.name, one.count, one.patrol.code) for one in answer.context["found"]] == [
        ("Sign", 3, "AMUR-002")
    ]
    page = answer.content.decode()
    assert 'href="?week=2026-W09" rel="prev"' in page
    assert 'href="?week=2026-W11" rel="next"' in page
    assert "2026-W08" not in client.get(week(cast.ours, 9)).content.decode(), "nobody was out before"


def test_a_day_without_a_way_and_a_jump_are_worth_a_look(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from datetime import time

    import patrol_samples as samples

    from amur.formats.smart.patrol import Track

    way = samples.line(samples.FIRST, time(8), [0, 60, 61, 62, 120], [48.0, 48.05, 48.9, 48.051, 48.1])
    jumped = samples.patrol(samples.leg(samples.leg_day(track=Track(way, 200.0))), code="AMUR-009")
    season.take(cast.ours, tmp_path, jumped, *season.patrols())
    client = browsers("ranger")

    told = words(client.get(week(cast.ours, 9)))
    assert "The receiver jumped far away and back" in told
    assert "Days without a way" not in told
    april = words(client.get(week(cast.ours, 15)))
    assert "Days without a way" in april
    assert "7 April 2026" in april


def test_an_empty_week_says_so_and_the_newest_week_is_that_of_the_last_patrol(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrol_reports.week import first_and_newest

    season.take(cast.ours, tmp_path)
    client = browsers("auditor")

    told = words(client.get(week(cast.ours, 20)))
    assert "Nobody was out in this week" in told
    assert "Nothing was recorded." in told
    newest = client.get(address("patrol-week"), follow=True)
    assert newest.context["shell"].title == "Week 15 of 2026"
    for wrong in ("2026-W54", "2026-10", "x", "", "9999-W53"):
        assert client.get(address("patrol-week-of", uuid=cast.ours.uuid), {"week": wrong}).status_code == 404
    assert first_and_newest(cast.ours, date(2026, 3, 20)) == (date(2026, 2, 23), date(2026, 3, 2))
    assert first_and_newest(cast.theirs, date(2026, 3, 20)) == (date(2026, 3, 16), date(2026, 3, 16))


def test_a_target_is_set_shown_in_its_week_and_ended_not_deleted(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.audit.models import AuditEntry
    from amur.portal.patrol_reports.models import Target

    season.take(cast.ours, tmp_path)
    client = browsers("ranger")
    given = {
        "office": cast.ours.pk, "name": "Kilometres of March", "measure": "distance", "amount": "88.95",
        "start": "2026-03-01", "end": "2026-03-31", "station": "", "team": "", "mandate": "", "transport": "",
    }  # fmt: skip

    wrong = client.post(address("patrol-targets"), {**given, "amount": "0", "end": "2026-02-01"})
    assert wrong.status_code == 422
    assert "The end is before the start" in words(wrong)
    assert "Write a number above 0." in words(wrong)
    assert client.post(address("patrol-targets"), given).status_code == 302

    told = words(client.get(week(cast.ours)))
    # By hand: four days of March with 11.119 km are 44.48 km of 88.95.
    assert "Kilometres of March" in told
    assert "50 %" in told
    target = Target.objects.get()
    client.post(address("patrol-target-end", uuid=target.uuid))
    assert "Kilometres of March" not in words(client.get(address("patrol-targets")))
    target.refresh_from_db()
    assert target.ended is not None
    assert AuditEntry.objects.filter(object_uuid=target.uuid).count() == 2


def test_a_target_of_another_office_is_refused(cast: Cast, browsers: Callable[[str], Client]) -> None:
    from amur.portal.patrol_reports.models import Target

    given = {
        "office": cast.theirs.pk, "name": "x", "measure": "distance", "amount": "1",
        "start": "2026-03-01", "end": "2026-03-31",
    }  # fmt: skip
    assert browsers("ranger").post(address("patrol-targets"), given).status_code == 422
    assert not Target.objects.exists()


# All six ways, the field hours, those of Terney and of March, those of Kema and of April, finds for 100 km.
NUMBERS = ("66.7", "66.5", "44.5", "22.2", "7.49")
POINTS = {"en": ".", "ru": ",", "zh-hans": "."}
WORDS = {"en": "Kilometres", "ru": "Километры", "zh-hans": "公里"}


@pytest.mark.parametrize("language", WORDS)
def test_the_totals_of_the_season_come_out_of_pdf_and_docx_in_each_language(
    language: str, cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    season.take(cast.ours, tmp_path)
    client = browsers("data_manager")

    report = made(client, cast.ours, language)

    shown = client.get(address("patrol-reports-report", uuid=report.uuid)).content.decode()
    for form, text_of in (("pdf", pdf_text), ("docx", docx_text)):
        place = address("patrol-reports-file", uuid=report.uuid, form=form)
        assert place in shown
        told = text_of(client.get(place).content)
        for number in NUMBERS:
            assert number.replace(".", POINTS[language]) in told, (form, number)
        assert WORDS[language] in told, form
        assert "data_manager" in told, form
        for word in ("Terney", "Kema", "Cranes"):
            assert word in told, (form, word)


def test_sheets_of_a_period_are_one_page_for_each_patrol(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    season.take(cast.ours, tmp_path)
    client = browsers("ranger")

    report = made(client, cast.ours, "en", "sheets")

    told = pdf_text(client.get(address("patrol-reports-file", uuid=report.uuid, form="pdf")).content)
    for code in ("AMUR-001", "AMUR-002", "AMUR-003"):
        assert f"Feedback on patrol {code}" in told
    assert client.get(address("patrol-reports-file", uuid=report.uuid, form="docx")).status_code == 404


def test_a_sheet_tells_the_way_the_finds_and_what_to_do_better(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    season.take(cast.ours, tmp_path)
    client = browsers("auditor")

    good = words(client.get(address("patrol-sheet", uuid=patrol("AMUR-002").uuid)))
    assert "Thank you for 2 patrol days with 22.2 km and 3 finds." in good
    assert "Leader: Vera Petrov" in good
    assert "Nothing: the record is whole." in good
    worse = words(client.get(address("patrol-sheet", uuid=patrol("AMUR-003").uuid)))
    assert "1 day of a leg has no way." in worse
    assert "Switch the track on in the morning" in worse
    assert "without 1 day of a leg" in worse


def test_nothing_to_report_is_told_and_no_file_is_made(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrol_reports.models import Report

    client = browsers("ranger")
    run = made(client, cast.ours, "en", "sheets")
    assert run.state == "failed"
    assert "There is no patrol in this period." in words(client.get(address("patrol-reports")))
    assert not Report.objects.exists()

    report = made(client, cast.ours)
    told = pdf_text(client.get(address("patrol-reports-file", uuid=report.uuid, form="pdf")).content)
    assert "Nothing was recorded." in told
    assert "No day has a way that counts." in told


def test_a_cancelled_report_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports import work
    from amur.portal.patrol_reports.models import Report
    from amur.portal.runs import actions as runs
    from amur.portal.runs import live
    from amur.portal.runs.execution import work_on

    season.take(cast.ours, tmp_path)
    days = {"start": season.START.isoformat(), "end": season.END.isoformat()}
    asked = {**days, "language": "en", "kind": "report"}
    run = runs.start(work.NAME, asked, cast.ranger, cast.ours, in_background=False)

    def cancel(share: float, stage: str) -> None:
        if stage == "finds":
            live.ask_cancel(run.uuid)

    assert work_on(run.uuid, cancel).state == "cancelled"
    assert not Report.objects.exists()


def test_whoever_lost_the_right_makes_no_report(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.offices.models import Membership
    from amur.portal.patrol_reports import work
    from amur.portal.runs import actions as runs
    from amur.portal.runs.execution import work_on

    days = {"start": season.START.isoformat(), "end": season.END.isoformat()}
    run = runs.start(
        work.NAME, {**days, "language": "en", "kind": "report"}, cast.ranger, cast.ours, in_background=False
    )
    Membership.objects.filter(person=cast.ranger).delete()

    done = work_on(run.uuid)
    assert (done.state, done.problems[0]["code"]) == ("failed", "no-right")

"""The pages of an import: who comes in, what they say in the reader's language, and that a click decides."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from tests.portal.areas.conftest import table

from amur.portal.areas import import_views
from amur.portal.areas.exchange import store
from amur.portal.areas.models import Area
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

pytestmark = pytest.mark.django_db
FORM = "/en/areas/import/"


def upload(
    client: Any, office: Any, content: bytes, name: str = "areas.csv", path: str = FORM, **more: str
) -> Any:
    given = {"office": office.pk, "datum": "wgs84", "file": SimpleUploadedFile(name, content), **more}
    return client.post(path, given)


def test_visitors_are_led_to_the_login_and_others_than_data_managers_are_refused(cast, log_in):
    assert "/account/login/" in log_in(None).get(FORM).headers["Location"]
    for name in ("ranger", "editor", "translator", "auditor"):
        assert log_in(cast[name]).get(FORM).status_code in (403, 404), name
    assert log_in(cast.data_manager).get(FORM).status_code == 200


def test_an_import_goes_from_file_to_preview_to_result(cast, log_in):
    client = log_in(cast.data_manager)
    response = upload(client, cast.ours, table({"REP_AREA": "12.5"}))
    assert response.status_code == 302
    page = client.get(response.headers["Location"])
    text = page.content.decode()
    assert "1 new, 0 changed, 0 unchanged." in text and "1,250" in text and not Area.objects.exists()
    assert "no-store" in page.headers["Cache-Control"] and "private" in page.headers["Cache-Control"]
    decided = client.post(response.headers["Location"] + "decision", {"decision": "import"})
    result = client.get(decided.headers["Location"]).content.decode()
    assert "Imported." in result and Area.objects.get().area_ha == 1250
    assert not list(store.folder().iterdir()), "the file is not kept longer than needed"
    assert Run.objects.get(kind="areas-import").owner == cast.data_manager


def test_a_file_can_be_thrown_away(cast, log_in):
    client = log_in(cast.data_manager)
    preview = upload(client, cast.ours, table({})).headers["Location"]
    assert len(list(store.folder().iterdir())) == 1
    client.post(preview + "decision", {"decision": "discard"})
    assert not list(store.folder().iterdir()) and not Area.objects.exists()


def test_another_datum_is_refused_with_the_reason(cast, log_in):
    response = upload(log_in(cast.data_manager), cast.ours, table({}), datum="other")
    assert response.status_code == 422 and "GCJ-02" in response.content.decode()
    assert not Run.objects.exists()


def test_a_file_of_no_known_format_and_a_file_that_is_too_large_are_refused(cast, log_in, monkeypatch):
    client = log_in(cast.data_manager)
    assert upload(client, cast.ours, b"MZ", "areas.exe").status_code == 422
    monkeypatch.setattr(store, "LIMIT_BYTES", 10)
    assert upload(client, cast.ours, table({})).status_code == 422
    monkeypatch.setattr(import_views, "FORM_BYTES", 10)
    assert upload(client, cast.ours, table({})).status_code == 413


def test_a_name_that_would_lead_elsewhere_stays_a_name(cast, log_in):
    upload(log_in(cast.data_manager), cast.ours, table({}), "../../../etc/passwd.csv")
    (kept,) = store.folder().iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.csv", kept.name)


def test_the_form_needs_its_token(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.data_manager)
    assert upload(client, cast.ours, table({})).status_code == 403


def test_another_offices_people_find_no_preview_and_cannot_decide(cast, log_in):
    preview = upload(log_in(cast.data_manager), cast.ours, table({})).headers["Location"]
    stranger = log_in(cast.foreign_data_manager)
    assert stranger.get(preview).status_code == 404
    assert stranger.post(preview + "decision", {"decision": "import"}).status_code == 404
    assert not Area.objects.exists()


def test_no_office_can_be_given_whose_areas_one_may_not_change(cast, log_in):
    assert upload(log_in(cast.data_manager), cast.theirs, table({})).status_code == 422


def test_errors_come_in_the_language_of_the_page(cast, log_in, monkeypatch):
    words = {
        "“{value}” is not an area.": "«{value}» — не площадь.",
        "Write square kilometres with a point before decimals, such as 454.39.": "Пишите км² с точкой.",
    }
    catalogue = translation.trans_real.translation("ru")
    known = catalogue.gettext
    monkeypatch.setattr(catalogue, "gettext", lambda text: words.get(text) or known(text))
    client = log_in(cast.data_manager)
    path = upload(client, cast.ours, table({"REP_AREA": "big"}), path="/ru/areas/import/").headers["Location"]
    assert path.startswith("/ru/")
    text = client.get(path).content.decode()
    assert "«big» — не площадь." in text and "Пишите км² с точкой." in text
    assert "<td>areas.csv</td><td>2</td><td>REP_AREA</td>" in text
    client.post(path + "decision", {"decision": "import"})
    assert not Area.objects.exists(), "a file with an error is not taken, whatever the browser sends"


def test_a_register_that_changed_after_the_preview_is_not_overwritten(cast, log_in, a_file, bring):
    bring(a_file({"REP_AREA": "10"}))
    client = log_in(cast.data_manager)
    preview = upload(client, cast.ours, table({"REP_AREA": "12.5"})).headers["Location"]
    Area.objects.update(area_ha=3000)
    decided = client.post(preview + "decision", {"decision": "import"})
    assert "has changed since the preview" in client.get(decided.headers["Location"]).content.decode()
    assert Area.objects.get().area_ha == 3000


def test_a_large_file_is_checked_in_the_background_and_its_page_leads_on(
    cast, log_in, monkeypatch, nobody_is_woken, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(import_views, "AT_ONCE_BYTES", 10)
    client = log_in(cast.data_manager)
    with django_capture_on_commit_callbacks(execute=True):
        page = upload(client, cast.ours, table({})).headers["Location"]
    assert page.startswith("/en/office/runs/") and nobody_is_woken
    waiting = client.get(page).content.decode()
    for part in ("<progress", "Look again", "runs/progress.js", "Cancel"):
        assert part in waiting, waiting
    run = work_on(Run.objects.get().uuid)
    assert run.state == RunState.DONE
    assert client.get(page).headers["Location"].startswith("/en/areas/import/")


def test_a_file_that_was_changed_in_the_store_is_not_imported(cast, log_in):
    client = log_in(cast.data_manager)
    preview = upload(client, cast.ours, table({})).headers["Location"]
    (kept,) = store.folder().iterdir()
    kept.write_bytes(table({"REP_AREA": "1"}))
    decided = client.post(preview + "decision", {"decision": "import"})
    assert "no longer the one of the preview" in client.get(decided.headers["Location"]).content.decode()
    assert not Area.objects.exists()


def test_someone_who_lost_the_right_in_between_imports_nothing(cast):
    from amur.portal.areas.exchange import importing
    from amur.portal.runs import actions

    kept = store.keep("areas.csv", [table({})])
    given = {"file": kept.file, "name": kept.name, "sha256": kept.sha256, "datum": "wgs84"}
    preview = actions.start(importing.PREVIEW, given, cast.data_manager, cast.ours)
    work_on(preview.uuid)
    run = actions.start(importing.IMPORT, {"preview": preview.uuid}, cast.data_manager, cast.ours)
    cast.data_manager.memberships.all().delete()
    assert work_on(run.uuid).problems[0]["code"] == "no-right" and not Area.objects.exists()

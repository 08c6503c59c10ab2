"""An exported file that nobody touched changes nothing, in every format; and only what is released leaves."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from kept_rows import kept

from amur.formats.wdpca import check
from amur.portal.areas.exchange.exporting import FORMS, as_download, rows_for
from amur.portal.areas.models import Area, Designation, UnitMember
from amur.portal.areas.queries import register
from amur.portal.demo import loader
from amur.portal.release.actions import holding, rebuild

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db: None) -> None:
    """The areas and units of the demonstration, released."""
    kept(_load_demo)


def _load_demo() -> None:
    with holding():
        loader.load_offices()
        loader.load_designations()
        loader.load_areas()
        loader.load_units()
    rebuild()


def exported(form: str, folder: Any) -> Any:
    file = folder / f"areas{FORMS[form].suffix}"
    file.write_bytes(as_download(register(), form).content)
    return file


@pytest.mark.parametrize("form", FORMS)
def test_export_then_import_gives_no_change(form, demo, tmp_path, bring):
    placed = Area.objects.exclude(geometry=None).count()
    report = bring(exported(form, tmp_path), "vladivostok")
    assert report.is_accepted, str(report)
    assert f"0 new, 0 changed, {placed} unchanged." in str(report)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_brings_the_register_back_into_an_empty_one(form, demo, tmp_path, bring):
    file = exported(form, tmp_path)
    before = {one.key: one for one in Area.objects.exclude(geometry=None)}
    UnitMember.objects.all().delete()
    Area.objects.filter(parent__isnull=False).delete()
    Area.objects.all().delete()
    assert Designation.objects.exists()
    report = bring(file, "vladivostok")
    assert report.is_accepted, str(report)
    after = {one.key: one for one in Area.objects.all()}
    assert after.keys() == before.keys()
    for key, area in after.items():
        old = before[key]
        for name in (
            "kind",
            "countries",
            "status",
            "designation_id",
            "iucn_category",
            "area_ha",
            "established",
        ):
            assert getattr(area, name) == getattr(old, name), (key, name)
        assert area.geometry.equals_exact(old.geometry, 1e-12) and area.confidence == old.confidence
        assert {code: one.text for code, one in area.names.texts.items()} == {
            code: " ".join(one.text.split()) for code, one in old.names.texts.items()
        }


@pytest.mark.parametrize("form", FORMS)
def test_the_same_register_gives_the_same_bytes(form, demo):
    assert as_download(register(), form).content == as_download(register(), form).content


def test_the_download_says_what_it_is(demo):
    for form, one in FORMS.items():
        response = as_download(register(), form)
        assert response.headers["Content-Type"] == one.content_type
        assert response.headers["Content-Disposition"] == f'attachment; filename="amur-areas{one.suffix}"'


def test_areas_leave_in_square_kilometres_with_names_and_their_states(demo):
    text = as_download(register(), "csv").content.decode("utf-8-sig")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(text))}
    reserve = rows["ru-bolshekhekhtsirsky"]
    assert float(reserve["REP_AREA"]) == 454.39
    assert (reserve["name_zh"], reserve["name_zh_status"]) == ("大赫黑契尔自然保护区", "reviewed")
    assert (reserve["STATUS_YR"], reserve["established"]) == ("1963", "1963-10-03")


def test_a_corridor_is_not_called_a_protected_area(demo):
    kinds = {(row.extra["kind"], row.site_type) for row in rows_for(register(), "csv")}
    assert kinds == {("protected-area", "PA"), ("corridor", None)}


def test_candidate_memberships_and_marks_for_the_office_never_leave(demo):
    area = Area.objects.get(key="ru-bolshekhekhtsirsky")
    area.candidate_groups, area.restricted_groups = ["canary-candidate"], ["canary-restricted"]
    area.wdpca = {"extra": {"inner": "canary-extra"}}
    area.save()
    for form in FORMS:
        content = as_download(register(), form).content
        assert b"canary" not in content


def test_a_withdrawn_area_is_not_exported(demo):
    Area.objects.filter(key="ru-bolshekhekhtsirsky").update(is_published=False)
    rebuild()
    assert b"ru-bolshekhekhtsirsky" not in as_download(register(), "csv").content


def test_the_export_page_takes_the_filters_of_the_register(demo, client):
    response = client.get("/en/areas/export/geojson?country=MN")
    assert response.status_code == 200
    codes = {row["properties"]["ISO3"] for row in response.json()["features"]}
    assert codes == {"MNG"}
    assert client.get("/en/areas/export/xlsx").status_code == 404


def test_the_command_writes_what_the_page_gives(demo, tmp_path):
    from amur.portal.areas.exchange import export_file
    from amur.portal.operations.problems import Problem

    file = tmp_path / "amur-areas.gpkg"
    count = export_file(file, progress=lambda share, stage: None)
    assert count == len(check(file, this_year=2026).rows) == Area.objects.exclude(geometry=None).count()
    with pytest.raises(Problem, match="xlsx: the ending names no format"):
        export_file(tmp_path / "a.xlsx", progress=lambda share, stage: None)

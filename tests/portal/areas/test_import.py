"""What is promised to a data manager who imports areas: nothing is lost, guessed, doubled or half done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from amur.portal.areas.models import Area, Designation
from amur.portal.audit.models import AuditEntry
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

pytestmark = pytest.mark.django_db
SQUARE = "POLYGON ((134 48, 134.1 48, 134.1 48.1, 134 48.1, 134 48))"


def area(key: str, office: Any, **columns: Any) -> Area:
    return Area.objects.create(
        key=key,
        office=office,
        **{
            "kind": "protected-area",
            "status": "designated",
            "names": MultilingualText.of("en", en=f"Area {key}", ru="Запись"),
            "countries": ["RU"],
            "confidence": "high",
            "area_ha": 1000,
            **columns,
        },
    )


def test_a_new_row_becomes_an_area_with_draft_names_and_the_file_as_their_basis(cast, a_file, bring):
    report = bring(a_file({"NAME_ENG": "Reed Lake", "name_mn": "Зэгст нуур", "REP_AREA": "12.5"}))
    assert report.is_accepted and "1 new, 0 changed, 0 unchanged." in str(report)
    made = Area.objects.get(key="ru-reed-lake")
    assert made.office == cast.ours and made.area_ha == 1250 and made.established == "1997"
    assert made.names.texts["mn"].text == "Зэгст нуур"
    assert {(str(one.status), one.basis) for one in made.names.texts.values()} == {("draft", "areas.csv")}
    assert made.geometry_accuracy == "as-given-by-source" and made.confidence == "low"


def test_a_preview_changes_nothing(cast, a_file, bring):
    report = bring(a_file({}), preview=True)
    assert report.is_accepted and "1 new" in str(report) and "Imported." not in str(report)
    assert not Area.objects.exists()


def test_the_same_file_again_changes_nothing_and_makes_no_double(cast, a_file, bring):
    file = a_file({"REP_AREA": "12.5"}, {"NAME_ENG": "Crane Marsh", "geometry": SQUARE})
    bring(file)
    entries = AuditEntry.objects.filter(kind="areas.area").count()
    assert "0 new, 0 changed, 2 unchanged." in str(bring(file))
    assert Area.objects.count() == 2 and AuditEntry.objects.filter(kind="areas.area").count() == entries


def test_an_empty_cell_takes_nothing_away_and_a_missing_size_is_not_zero(cast, a_file, bring):
    area("reed-lake", cast.ours, legal_act="Decree 42", iucn_category="IV", established="1997-11-18")
    bring(a_file({"key": "reed-lake", "NAME_ENG": "Area reed-lake", "REP_AREA": "", "IUCN_CAT": ""}))
    kept = Area.objects.get(key="reed-lake")
    assert (kept.area_ha, kept.legal_act, kept.iucn_category) == (1000, "Decree 42", "IV")
    assert kept.established == "1997-11-18", "a year alone does not make a known day coarser"
    assert kept.names.texts["ru"].text == "Запись"


def test_zero_is_refused_as_an_area(cast, a_file, bring):
    report = bring(a_file({"REP_AREA": "0"}))
    assert not report.is_accepted and "column rep_area: An area of 0 km² is no area." in str(report)


def test_another_size_is_shown_with_the_old_one_and_both_stay_in_the_log(cast, a_file, bring):
    area("reed-lake", cast.ours)
    report = bring(a_file({"key": "reed-lake", "NAME_ENG": "Area reed-lake", "REP_AREA": "11"}))
    assert "area_ha: 1000.0 → 1100.0" in str(report)
    assert Area.objects.get(key="reed-lake").area_ha == 1100
    entry = AuditEntry.objects.filter(kind="areas.area", object_key="reed-lake").latest("sequence")
    assert json.loads(entry.changes_text)["area_ha"] == [1000.0, 1100.0]


def test_the_public_page_and_the_totals_follow_an_import(cast, a_file, bring):
    from amur.portal.facts.models import Fact

    bring(a_file({"REP_AREA": "12.5"}))
    assert Released.objects.get(kind="area", key="ru-reed-lake").fields["area_ha"] == 1250
    assert Fact.objects.get(key="total-protected-area-ha").value == 1250


def test_one_row_that_would_change_another_offices_area_keeps_the_whole_file_out(cast, a_file, bring):
    area("their-lake", cast.theirs)
    report = bring(a_file({"NAME_ENG": "New Lake"}, {"key": "their-lake", "REP_AREA": "99"}))
    assert not report.is_accepted
    assert "areas.csv, row 3, column key: The area “their-lake” belongs to another office (theirs)" in str(
        report
    )
    assert Area.objects.get().area_ha == 1000


def test_nothing_of_another_offices_unpublished_area_is_told(cast, a_file, bring):
    area("their-secret", cast.theirs, is_published=False, area_ha=4321)
    report = str(bring(a_file({"key": "their-secret", "REP_AREA": "1"}), preview=True))
    assert (
        "4321" not in report and "Area their-secret" not in report and "belongs to another office" in report
    )


def test_rows_are_matched_by_the_numbers_of_the_world_database_when_there_is_no_key(cast, a_file, bring):
    area("reed-lake", cast.ours, wdpca={"site_id": 4711})
    bring(a_file({"SITE_ID": "4711", "NAME_ENG": "Area reed-lake", "REP_AREA": "11"}))
    assert Area.objects.get().area_ha == 1100


def test_a_column_that_is_not_understood_is_kept_and_not_released(cast, tmp_path, bring):
    from tests.portal.areas.conftest import table

    file = tmp_path / "more.csv"
    head, row = table({}).decode().splitlines()
    file.write_text(f"{head},inner_note\n{row},nest by the old oak\n", encoding="utf-8")
    bring(file)
    assert Area.objects.get().wdpca["extra"] == {"inner_note": "nest by the old oak"}
    assert "old oak" not in json.dumps(Released.objects.get(kind="area").fields)
    assert "1 unchanged" in str(bring(file))


def test_columns_of_the_schema_without_a_field_of_their_own_are_kept_and_exported(cast, tmp_path, bring):
    from tests.portal.areas.conftest import table

    from amur.portal.areas.exchange.rows import AreaState, row_of

    file = tmp_path / "gov.csv"
    head, row = table({"SITE_ID": "4711"}).decode().splitlines()
    file.write_text(f"{head},GOV_TYPE\n{row},Local communities\n", encoding="utf-8")
    bring(file)
    exported = row_of(AreaState.released(Released.objects.get(kind="area")))
    assert (exported.site_id, exported.gov_type) == (4711, "Local communities")


def test_a_boundary_is_called_a_boundary_and_a_point_does_not_replace_it(cast, a_file, bring):
    bring(a_file({"geometry": SQUARE}))
    assert Area.objects.get().geometry_accuracy == "boundary"
    report = bring(a_file({"geometry": "POINT (134.05 48.05)"}))
    assert "the boundary stays" in str(report) and Area.objects.get().geometry.geom_type == "Polygon"


def test_a_boundary_in_place_of_an_approximate_centre_changes_the_accuracy_too(cast, a_file, bring):
    bring(a_file({"geometry_accuracy": "approximate-centroid"}))
    assert Area.objects.get().geometry_accuracy == "approximate-centroid"
    bring(a_file({"geometry": SQUARE}))
    found = Area.objects.get()
    assert found.geometry_accuracy == "boundary" and found.geometry.equals(
        Polygon(((134, 48), (134.1, 48), (134.1, 48.1), (134, 48.1), (134, 48)), srid=4326)
    )


def test_a_wrong_geometry_is_reported_with_its_place_and_not_repaired(cast, a_file, bring):
    bow_tie = "POLYGON ((134 48, 134.1 48.1, 134.1 48, 134 48.1, 134 48))"
    report = bring(a_file({"geometry": bow_tie}))
    assert not report.is_accepted and "longitude 134.05" in str(report)
    assert not Area.objects.exists()


def test_a_changed_name_at_its_source_makes_its_translations_outdated(cast, a_file, bring):
    area("reed-lake", cast.ours, countries=["RU"])
    bring(a_file({"key": "reed-lake", "NAME_ENG": "Great Reed Lake"}))
    texts = Area.objects.get().names.texts
    assert (str(texts["en"].status), str(texts["ru"].status)) == ("draft", "outdated")


def test_two_names_in_one_language_are_refused(cast, a_file, bring):
    report = bring(a_file({"NAME": "Озеро Тростниковое", "name_ru": "Камышовое озеро"}))
    assert not report.is_accepted and "are two names in one language" in str(report)


def test_two_rows_that_mean_one_area_are_refused(cast, a_file, bring):
    report = bring(a_file({}, {}))
    assert (
        not report.is_accepted
        and "row 3, column key: The row means the area “ru-reed-lake”, as row 2 does" in str(report)
    )


def test_an_area_of_the_same_name_is_pointed_out_before_a_second_one_is_made(cast, a_file, bring):
    area("old-key", cast.ours, names=MultilingualText.of("en", en="Reed Lake"))
    assert "The register has an area of this name already (“old-key”)" in str(bring(a_file({}), preview=True))


def test_a_designation_is_found_by_its_name_in_the_country(cast, a_file, bring):
    Designation.objects.create(
        key="refuge-ru", country="RU", names=MultilingualText.of("en", en="Wildlife refuge")
    )
    bring(a_file({}))
    assert Area.objects.get().designation.key == "refuge-ru"


def test_a_corridor_needs_no_site_type_and_a_protected_area_does(cast, a_file, bring):
    assert not bring(a_file({"SITE_TYPE": ""})).is_accepted
    assert bring(a_file({"SITE_TYPE": "", "kind": "corridor", "STATUS": "Not Reported"})).is_accepted
    assert (Area.objects.get().kind, Area.objects.get().status) == ("corridor", "unverified")


def test_a_buffer_zone_may_belong_to_an_area_further_down_in_the_file(cast, a_file, bring):
    assert not bring(a_file({"kind": "buffer-zone"})).is_accepted
    report = bring(
        a_file(
            {"key": "zone", "kind": "buffer-zone", "buffer_of": "core"}, {"key": "core", "NAME_ENG": "Core"}
        )
    )
    assert report.is_accepted and Area.objects.get(key="zone").parent.key == "core"


def test_every_field_that_is_wrong_is_named_with_row_and_column(cast, a_file, bring):
    report = str(bring(a_file({"confidence": "sure", "key": "Ключ", "kind": "park", "ISO3": "RU"})))
    for place in ("column confidence", "column key", "column kind"):
        assert f"areas.csv, row 2, {place}" in report or "ISO3" in report
    assert "row 2, column ISO3" in report


def test_an_unknown_office_is_answered_with_the_known_ones(cast, a_file, bring):
    from amur.portal.operations.problems import Problem

    with pytest.raises(Problem, match=r"There is no office nowhere\. Offices: ours, theirs"):
        bring(a_file({}), "nowhere")


def test_a_missing_file_is_told_by_the_reader(cast, tmp_path, bring):
    assert "There is no file at" in str(bring(tmp_path / "none.csv"))

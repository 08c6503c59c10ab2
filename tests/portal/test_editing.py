"""Saving in the editing pages, end to end: what an office corrects is what the public then reads."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.form_data import filled_form

from amur.portal.areas.models import Area, TransboundaryUnit
from amur.portal.facts.models import Fact
from amur.portal.languages.text import Status
from amur.portal.offices.models import Membership, Person, Role
from amur.portal.release.models import Released

BOW_TIE = "POLYGON ((130 48, 131 49, 131 48, 130 49, 130 48))"
TRIANGLE = '{"type": "Polygon", "coordinates": [[[130, 48], [131, 48], [131, 49], [130, 48]]]}'


def released(row: Any) -> Released:
    return Released.objects.get(uuid=row.uuid)


@pytest.fixture
def area(records: Any) -> Area:
    return records.ours["areas"]  # type: ignore[no-any-return]


@pytest.fixture
def manager(cast: Any, log_in: Any) -> Any:
    return log_in(cast.data_manager)


def save(client: Any, area: Area, **changes: str) -> Any:
    """Open an area's form, change some fields, send it."""
    address = f"/admin/areas/edit/{area.pk}/"
    return client.post(address, {**filled_form(client, address), **changes})


def errors(response: Any) -> str:
    assert response.status_code == 200, "the form was accepted"
    return " ".join(str(one) for messages in response.context["form"].errors.values() for one in messages)


def test_a_form_that_is_sent_back_untouched_changes_nothing(manager: Any, area: Area) -> None:
    before = {name: value for name, value in vars(Area.objects.get(pk=area.pk)).items() if name[0] != "_"}
    assert save(manager, area).status_code == 302
    after = {name: value for name, value in vars(Area.objects.get(pk=area.pk)).items() if name[0] != "_"}
    assert {name: str(value) for name, value in after.items()} == {
        name: str(value) for name, value in before.items() if name != "area_source"
    } | {"area_source": str({"note": None, "sources": []})}


def test_a_corrected_area_is_what_the_public_and_the_totals_then_say(
    manager: Any, area: Area, records: Any
) -> None:
    assert save(manager, area, area_ha="2500.5").status_code == 302
    assert released(area).fields["area_ha"] == 2500.5
    total = Fact.objects.get(key="total-protected-area-ha")
    assert total.value == 3500.5
    assert released(total).fields["value"] == 3500.5


def test_an_unknown_area_stays_unknown_and_is_never_zero(manager: Any, area: Area) -> None:
    save(manager, area, area_ha="")
    assert released(area).fields["area_ha"] is None
    assert "more than 0" in errors(save(manager, area, area_ha="0"))


def test_unpublishing_takes_a_record_out_of_the_released_view(manager: Any, area: Area) -> None:
    data = filled_form(manager, f"/admin/areas/edit/{area.pk}/")
    del data["is_published"]
    manager.post(f"/admin/areas/edit/{area.pk}/", data)
    assert not Released.objects.filter(uuid=area.uuid).exists()


def test_a_changed_source_text_makes_its_untouched_translations_outdated(manager: Any, area: Area) -> None:
    save(manager, area, **{"names-en": "A new name"})
    area.refresh_from_db()
    assert area.names.texts["en"].text == "A new name"
    assert area.names.texts["ru"].status == Status.OUTDATED


def test_a_translation_changed_with_its_source_is_not_outdated(manager: Any, area: Area) -> None:
    save(manager, area, **{"names-en": "A new name", "names-ru": "Новое имя"})
    area.refresh_from_db()
    assert area.names.texts["ru"].status == Status.REVIEWED


def test_a_boundary_is_taken_from_geojson_and_told_as_such(manager: Any, area: Area) -> None:
    place = {"longitude": "", "latitude": "", "boundary": TRIANGLE, "geometry_accuracy": "boundary"}
    assert save(manager, area, **place).status_code == 302
    assert Area.objects.get(pk=area.pk).geometry.geom_type == "Polygon"


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ({"boundary": BOW_TIE}, "130.5"),
        ({"boundary": "LINESTRING (1 1, 2 2)"}, "LINESTRING"),
        ({"boundary": '{"type": "Polygon", "coordinates": [[[130, 48]]]}'}, "cannot be read"),
        ({"boundary": "{oops"}, "cannot be read"),
        ({"boundary": "POLYGON ((48 130, 48 131, 49 131, 48 130))"}, "130"),
        ({"boundary": TRIANGLE, "longitude": "130", "latitude": "48"}, "not both"),
        ({"longitude": "130"}, "both longitude and latitude"),
        ({"longitude": "200", "latitude": "48"}, "not on the Earth"),
        ({"longitude": "130", "latitude": "48", "geometry_accuracy": ""}, "how accurate"),
        (
            {"longitude": "130", "latitude": "48", "geometry_accuracy": "boundary"},
            "another accuracy for a point",
        ),
        ({}, "no place"),
    ],
)
def test_a_place_that_is_wrong_is_refused_with_the_reason_and_nothing_is_saved(
    place: dict[str, str], why: str, manager: Any, area: Area
) -> None:
    empty = {"longitude": "", "latitude": "", "boundary": "", "geometry_accuracy": "approximate-centroid"}
    assert why in errors(save(manager, area, **{**empty, **place}))
    assert Area.objects.get(pk=area.pk).geometry.wkt == area.geometry.wkt


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("countries", "RU, Russia", "two capital letters"),
        ("countries", "", "required"),
        ("sources", "https://example.org", "before its address"),
        ("sources", "A report | not-an-address", "Line 1"),
        ("sources", "Fine\nA report | ftp://example.org/x", "Line 2"),
        ("established", "1963-13", "is no date"),
        ("key", "theirs-area", "already exists"),
    ],
)
def test_wrong_input_is_refused_with_what_would_be_right(
    field: str, value: str, why: str, manager: Any, area: Area
) -> None:
    assert why in errors(save(manager, area, **{field: value}))


def test_sources_keep_what_their_lines_do_not_show(manager: Any, area: Area) -> None:
    lines = "A report | https://example.org/report\nAnother one"
    save(manager, area, sources=lines)
    area.refresh_from_db()
    assert area.sources == [
        {"citation": "A report", "url": "https://example.org/report", "mirror": False},
        {"citation": "Another one", "url": None},
    ]


def test_a_new_record_belongs_to_the_office_of_its_maker(manager: Any, cast: Any, area: Area) -> None:
    data = filled_form(manager, "/admin/areas/new/")
    data |= {
        "office": str(cast.theirs.pk),
        "names-source": "en",
        "names-en": "New reserve",
        "key": "new-reserve",
        "kind": "protected-area",
        "status": "designated",
        "countries": "RU",
        "confidence": "low",
        "is_published": "on",
    }
    assert manager.post("/admin/areas/new/", data).status_code == 302
    made = Area.objects.get(key="new-reserve")
    assert made.office == cast.ours
    assert released(made).fields["confidence"] == "low"


def test_the_office_of_a_record_cannot_be_changed(manager: Any, cast: Any, area: Area) -> None:
    save(manager, area, office=str(cast.theirs.pk))
    assert Area.objects.get(pk=area.pk).office == cast.ours


def test_a_translator_changes_texts_and_nothing_else(cast: Any, log_in: Any, area: Area) -> None:
    translator = log_in(cast.translator)
    assert save(translator, area, **{"names-mn": "Дархан газар", "area_ha": "77"}).status_code == 302
    area.refresh_from_db()
    assert area.names.texts["mn"].text == "Дархан газар"
    assert area.area_ha == 1000


def test_a_translator_leaves_the_members_of_a_unit_alone(cast: Any, log_in: Any, records: Any) -> None:
    unit = records.ours["units"]
    translator = log_in(cast.translator)
    address = f"/admin/units/edit/{unit.pk}/"
    data = filled_form(translator, address) | {"names-mn": "Нэр", "members-0-DELETE": "on"}
    assert translator.post(address, data).status_code == 302
    unit = TransboundaryUnit.objects.get(pk=unit.pk)
    assert unit.names.texts["mn"].text == "Нэр"
    assert unit.members.count() == 1


def test_members_of_a_unit_are_rows_and_a_candidate_is_never_released(manager: Any, records: Any) -> None:
    unit, foreign = records.ours["units"], records.theirs["areas"]
    address = f"/admin/units/edit/{unit.pk}/"
    data = filled_form(manager, address)
    data |= {
        "members-TOTAL_FORMS": "2",
        "members-1-id": "",
        "members-1-area": str(foreign.pk),
        "members-1-status": "member",
        "members-1-sources": "The agreement",
    }
    assert manager.post(address, data).status_code == 302
    assert set(released(unit).fields["members"]) == {"ours-area", "theirs-area"}

    data = filled_form(manager, address) | {"members-1-status": "candidate"}
    assert manager.post(address, data).status_code == 302
    assert released(unit).fields["members"] == ["ours-area"]


def test_a_fact_says_its_sources_and_its_contradictions_on_both_sides(manager: Any, records: Any) -> None:
    fact, other = records.ours["facts"], records.theirs["facts"]
    address = f"/admin/facts/edit/{fact.pk}/"
    data = filled_form(manager, address) | {"value": "6", "contradicts": [str(other.pk)]}
    assert manager.post(address, data).status_code == 302
    assert released(fact).fields["value"] == 6
    assert released(fact).fields["sources"][0]["citation"] == "Report of ours"
    assert released(fact).fields["contradicts"] == ["theirs-fact"]
    assert released(other).fields["contradicts"] == ["ours-fact"]


def test_a_computed_fact_is_not_changed_by_hand(manager: Any, records: Any) -> None:
    computed = Fact.objects.exclude(run=None).filter(office=records.ours["areas"].office).first()
    assert computed is not None
    assert manager.get(f"/admin/facts/edit/{computed.pk}/").status_code == 302
    assert manager.get(f"/admin/facts/inspect/{computed.pk}/").status_code == 200


def test_an_animal_is_renamed_and_its_species_comes_from_the_list(manager: Any, records: Any) -> None:
    row = records.ours["animals"]
    address = f"/admin/animals/edit/{row.pk}/"
    data = filled_form(manager, address) | {"names-en": "Renamed"}
    assert "Select a valid choice" in errors(manager.post(address, data | {"species_key": "unknown"}))
    assert manager.post(address, data).status_code == 302
    row.refresh_from_db()
    assert row.names.texts["en"].text == "Renamed"


@pytest.mark.parametrize("kind", ["species", "events"])
def test_a_renamed_record_is_released_under_its_new_name(kind: str, manager: Any, records: Any) -> None:
    row = records.ours[kind]
    address = f"/admin/{kind}/edit/{row.pk}/"
    assert manager.post(address, filled_form(manager, address) | {"names-en": "Renamed"}).status_code == 302
    assert released(row).names.texts["en"].text == "Renamed"


@pytest.mark.parametrize(
    ("words", "found"), [("ЗАПИСЬ", True), ("record OURS", True), ("nothing such", False)]
)
def test_lists_are_searched_by_name_in_any_language_and_case(
    words: str, found: bool, manager: Any, area: Area
) -> None:
    text = manager.get("/admin/areas/", {"q": words}).content.decode()
    assert (f"/admin/areas/edit/{area.pk}/" in text) == found


def test_lists_are_filtered_by_country(manager: Any, area: Area) -> None:
    assert f"/edit/{area.pk}/" in manager.get("/admin/areas/", {"country": "ru"}).content.decode()
    assert f"/edit/{area.pk}/" not in manager.get("/admin/areas/", {"country": "MN"}).content.decode()


def test_an_administrator_makes_an_account_with_roles(cast: Any, log_in: Any) -> None:
    administrator = log_in(cast.administrator)
    data = filled_form(administrator, "/admin/people/new/")
    data |= {
        "username": "newcomer",
        "new_password": "a long and quiet river",
        "roles": [Role.EDITOR, Role.RANGER],
        "is_active": "on",
    }
    assert administrator.post("/admin/people/new/", data).status_code == 302
    made = Person.objects.get(username="newcomer")
    assert made.office == cast.ours
    assert made.check_password("a long and quiet river")
    assert set(made.memberships.values_list("role", flat=True)) == {Role.EDITOR, Role.RANGER}
    assert not made.is_superuser


def test_roles_taken_away_are_gone_and_page_rights_with_them(cast: Any, log_in: Any) -> None:
    administrator = log_in(cast.administrator)
    address = f"/admin/people/edit/{cast.editor.pk}/"
    data = filled_form(administrator, address) | {"roles": [Role.RANGER]}
    assert administrator.post(address, data).status_code == 302
    assert set(Membership.objects.filter(person=cast.editor).values_list("role", flat=True)) == {Role.RANGER}
    assert not Person.objects.get(pk=cast.editor.pk).has_perm("wagtailadmin.access_admin")


def test_a_weak_password_is_refused(cast: Any, log_in: Any) -> None:
    administrator = log_in(cast.administrator)
    address = f"/admin/people/edit/{cast.ranger.pk}/"
    data = filled_form(administrator, address) | {"new_password": "short"}
    assert "too short" in errors(administrator.post(address, data))


def test_an_administrator_keeps_the_own_account_open(cast: Any, log_in: Any) -> None:
    administrator = log_in(cast.administrator)
    address = f"/admin/people/edit/{cast.administrator.pk}/"
    data = filled_form(administrator, address)
    del data["is_active"]
    assert "your own account" in errors(administrator.post(address, data))


def test_an_office_describes_itself_and_leaves_its_languages_to_the_operator(cast: Any, log_in: Any) -> None:
    administrator = log_in(cast.administrator)
    address = f"/admin/offices/edit/{cast.ours.pk}/"
    data = filled_form(administrator, address) | {"time_zone": "Asia/Chita", "languages": "ru, zh-hans"}
    assert administrator.post(address, data).status_code == 302
    cast.ours.refresh_from_db()
    assert (cast.ours.time_zone, cast.ours.languages) == ("Asia/Chita", ["ru"])


def test_a_page_is_copied_for_translation_only_into_the_trees_of_the_own_office(
    cast: Any, log_in: Any, records: Any
) -> None:
    from wagtail.models import Locale

    english = records.homes["en"].get_children().get()
    translator = log_in(cast.translator)
    address = f"/admin/translation/submit/page/{english.pk}/"
    offered = translator.get(address).context["form"].fields["locales"].queryset
    assert set(offered.values_list("language_code", flat=True)) <= {"ru"}
    chinese = Locale.objects.get(language_code="zh-hans")
    translator.post(address, {"locales": [chinese.pk]})
    assert not english.get_translations().filter(locale=chinese).exists()


def test_the_first_editing_page_names_no_foreign_host_and_the_page_menu_works(
    cast: Any, log_in: Any, records: Any
) -> None:

    editor = log_in(cast.editor)
    text = editor.get("/admin/").content.decode()
    assert "wagtail.org" not in text
    menu = editor.get("/admin/api/main/pages/", {"child_of": records.homes["ru"].pk})
    assert [one["title"] for one in menu.json()["items"]] == ["About ru"]
    assert editor.get("/admin/api/main/images/").status_code == 404


def test_an_editor_publishes_a_page_and_a_translator_leaves_a_draft(
    cast: Any, log_in: Any, records: Any
) -> None:
    page = records.homes["ru"].get_children().get()
    address = f"/admin/pages/{page.pk}/edit/"
    for person, live_title in ((cast.translator, "About ru"), (cast.editor, "О центре")):
        client = log_in(person)
        data = filled_form(client, address) | {
            "title": "О центре",
            "body-count": "0",
            "action-publish": "action-publish",
        }
        assert client.post(address, data).status_code == 302
        page.refresh_from_db()
        assert page.title == live_title

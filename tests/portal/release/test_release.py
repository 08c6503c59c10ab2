"""Whatever changes is released anew through the gate, and what may not leave never stands in the public table."""

import pytest
from django.db import transaction

from amur.portal.areas.models import Area, UnitMember
from amur.portal.facts.models import Fact
from amur.portal.release.actions import rebuild
from amur.portal.release.memory import generation, remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import by_slug


def of(row: object) -> Released:
    return Released.objects.get(uuid=row.uuid)


def test_a_corrected_record_corrects_its_public_row_and_the_totals(records) -> None:
    area = records.ours["areas"]
    before = Fact.objects.get(key="total-protected-area-ha")
    area.area_ha = 2500
    area.save()
    assert of(area).fields["area_ha"] == 2500
    after = Fact.objects.get(key="total-protected-area-ha")
    assert after.value - before.value == 1500
    assert of(after).fields["value"] == after.value
    assert after.run_id != before.run_id


def test_an_area_of_unknown_size_is_left_out_of_the_sum_and_named_in_the_method(records) -> None:
    records.ours["areas"].area_ha = None
    records.ours["areas"].save()
    total = Fact.objects.get(key="total-protected-area-ha")
    assert total.value == records.theirs["areas"].area_ha
    assert "unknown size and left out: 1" in total.method.text("en")
    assert Fact.objects.get(key="total-protected-areas").value == 2


def test_an_unpublished_or_deleted_record_leaves_at_once(records) -> None:
    animal = records.ours["animals"]
    event = records.ours["events"]
    event.is_published = False
    event.save()
    assert not Released.objects.filter(uuid=event.uuid).exists()
    uuid = animal.uuid
    animal.delete()
    assert not Released.objects.filter(uuid=uuid).exists()


def test_marks_for_the_office_only_are_not_in_the_public_row(records) -> None:
    assert "only-for-the-office" not in str(of(records.ours["areas"]).fields)


def test_a_candidate_is_never_a_member(records) -> None:
    unit, area = records.ours["units"], records.theirs["areas"]
    candidate = UnitMember.objects.create(unit=unit, area=area, status="candidate")
    assert area.key not in str(of(unit).fields)
    candidate.status = "member"
    candidate.save()
    assert area.key in of(unit).fields["members"]


def test_an_animal_without_a_known_species_is_withheld(records) -> None:
    animal = records.ours["animals"]
    animal.species_key = "nobody-knows"
    animal.save()
    assert not Released.objects.filter(uuid=animal.uuid).exists()


def test_rebuilding_changes_nothing_that_was_right(records) -> None:
    def rows() -> list[tuple]:
        return list(Released.objects.order_by("uuid").values_list("uuid", "fields", "slugs", "geometry"))

    before = rows()
    rebuild()
    assert rows() == before


def test_a_renamed_area_keeps_its_old_address_as_a_way_in(records) -> None:
    area = records.ours["areas"]
    old = of(area).slugs["en"]
    area.names = type(area.names).of("en", en="Quite another name")
    area.save()
    found = by_slug("area", "en", old)
    assert found is not None
    assert found[0].uuid == area.uuid and found[1] == "quite-another-name"


def test_two_areas_of_one_name_have_two_addresses(records) -> None:
    twin = records.theirs["areas"]
    twin.names = records.ours["areas"].names
    twin.save()
    assert of(twin).slugs["en"] != of(records.ours["areas"]).slugs["en"]


def test_an_answer_is_remembered_until_something_public_changes(records) -> None:
    asked = []

    @remembered
    def count() -> int:
        asked.append(1)
        return Area.objects.count()

    assert count() == count() == 2
    assert len(asked) == 1
    records.ours["areas"].save()
    assert count() == 2
    assert len(asked) == 2


def test_a_generation_that_was_rolled_back_never_comes_again(db) -> None:
    from amur.portal.release.actions import raise_generation

    seen = {generation()}
    for _ in range(5):
        try:
            with transaction.atomic():
                raise_generation()
                assert generation() not in seen
                seen.add(generation())
                raise RuntimeError
        except RuntimeError:
            pass


def test_every_field_of_a_record_is_on_the_allow_list_or_known_to_stay(records) -> None:
    """A misspelt field name would vanish without a word."""
    import datetime

    from amur.disclosure import DEFAULT
    from amur.portal.release.registry import adapters

    stay = {"candidate_groups", "restricted_groups"}
    for adapter in adapters():
        kind = DEFAULT.kind(adapter.kind, datetime.date(2026, 11, 21))
        assert kind is not None, adapter.kind
        for row in adapter.rows():
            assert set(adapter.draft(row).record.fields) - set(kind.fields) <= stay, adapter.kind


@pytest.mark.parametrize(
    ("kind", "field"), [("events", "summary"), ("facts", "notes"), ("species", "profile")]
)
def test_coordinates_typed_into_a_public_text_are_refused_at_entry(records, kind: str, field: str) -> None:
    from django.core.exceptions import ValidationError

    from amur.portal.languages.text import MultilingualText

    row = records.ours[kind]
    setattr(row, field, MultilingualText.of("ru", ru="Логово: 43°07′12″ с. ш., 131,8855 в. д."))
    with pytest.raises(ValidationError) as refused:
        row.clean()
    assert "43°07′12″" in str(refused.value.message_dict[field])


def test_the_identifiers_of_a_pages_blocks_are_no_coordinates_but_its_words_may_be(records) -> None:
    from django.core.exceptions import ValidationError

    page = records.homes["en"]
    page.body = [
        {"type": "heading", "value": "Where we work", "id": "4ebb21105474"},
        {"type": "text", "value": "<p>In the taiga.</p>", "id": "0c43e131d07"},
    ]
    page.clean()
    page.body = [{"type": "text", "value": "<p>The den: 43.11556, 131.88553</p>", "id": "a"}]
    with pytest.raises(ValidationError):
        page.clean()

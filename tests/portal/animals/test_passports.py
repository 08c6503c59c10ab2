"""The passport of an animal: given once, told through time, shown to whom it may be shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from amur.portal.animals import actions, queries
from amur.portal.animals.models import Animal, HomeName, Passport, Trait

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiger(cast: Any) -> Any:
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    return Species.objects.create(
        key="amur-tiger", office=cast.ours, scientific_name="Panthera tigris altaica", role="flagship",
        sensitivity=2, names=MultilingualText.of("en", en="Amur tiger"), confidence="high",
    )  # fmt: skip


@pytest.fixture
def animals(cast: Any, tiger: Any) -> list[Any]:
    return [actions.new_animal(cast.ours, tiger.key, f"T {number}") for number in range(4)]


def test_a_number_is_given_once_and_never_to_another_animal(
    cast: Any, tiger: Any, animals: list[Any]
) -> None:
    numbers = {one.passport for one in animals}
    assert len(numbers) == 4 and all(actions.SHAPE.fullmatch(number) for number in numbers)
    assert actions.give_passport(animals[0]) == animals[0].passport
    gone = animals[0].passport
    animals[0].delete()
    assert Passport.objects.filter(number=gone).exists()


def test_a_number_that_is_drawn_twice_is_drawn_again(
    cast: Any, tiger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = iter([5, 5, 6])
    lots = SimpleNamespace(randbelow=lambda _limit: next(draws), token_hex=secrets.token_hex)
    monkeypatch.setattr(actions, "secrets", lots)
    numbers = [actions.new_animal(cast.ours, tiger.key, name).passport for name in ("A", "B")]
    assert numbers == ["AMUR-PTA-000005", "AMUR-PTA-000006"]


def test_two_offices_share_a_passport_and_the_former_number_stays_known(
    cast: Any, tiger: Any, animals: list[Any]
) -> None:
    theirs = actions.new_animal(cast.theirs, tiger.key, "东北虎 12")
    former = actions.share_passport(theirs, animals[0].passport, cast.foreign_data_manager)
    assert theirs.passport == animals[0].passport
    assert [one.name for one in queries.names_at_home(theirs)] == [former]
    assert queries.sharing_a_passport([theirs.pk, animals[0].pk]) == {
        theirs.pk: theirs.passport,
        animals[0].pk: theirs.passport,
    }
    with pytest.raises(actions.Unfit, match="merge"):
        actions.share_passport(animals[1], theirs.passport)
    with pytest.raises(actions.Unfit, match="no passport"):
        actions.share_passport(animals[1], "T1")
    actions.restore_passport(theirs, former)
    assert Animal.objects.get(pk=theirs.pk).passport == former


def test_traits_stand_side_by_side_and_the_latest_day_counts(cast: Any, animals: list[Any]) -> None:
    one = animals[0]
    actions.say(one, "status", "alive", cast.data_manager, on="2025-03")
    late = actions.say(one, "status", "dead", cast.data_manager, on="2026-02-01")
    actions.say(one, "status", "presumed-alive", cast.data_manager, on="2025-11")
    actions.say(one, "sex", "female", cast.data_manager, on="2025", certainty="probable")
    one.refresh_from_db()
    assert (one.status, one.status_on, one.sex) == ("dead", "2026-02-01", "female")
    actions.retract(late, cast.data_manager)
    one.refresh_from_db()
    assert (one.status, one.status_on) == ("presumed-alive", "2025-11")
    assert Trait.objects.count() == 4
    with pytest.raises(ValueError, match="lost"):
        actions.say(one, "status", "lost", cast.data_manager)


def test_undoing_merges_in_any_order_leads_to_the_same_animals(cast: Any, animals: list[Any]) -> None:
    one, two, three, four = animals
    first = actions.merge(two, one, cast.data_manager)
    second = actions.merge(three, two, cast.data_manager)
    actions.merge(four, three, cast.data_manager)
    assert {queries.current(each) for each in animals} == {one}
    actions.retract(first, cast.data_manager)
    assert queries.current(one) == one
    assert {queries.current(each) for each in (two, three, four)} == {two}
    actions.retract(second, cast.data_manager)
    assert [queries.current(each) for each in animals] == [one, two, three, three]
    with pytest.raises(actions.Unfit, match="already"):
        actions.merge(three, four, cast.data_manager)


def test_what_was_said_of_a_merged_animal_is_said_of_the_one_it_is(cast: Any, animals: list[Any]) -> None:
    one, two = animals[:2]
    actions.say(two, "sex", "male", cast.data_manager, on="2025")
    merge = actions.merge(two, one, cast.data_manager)
    one.refresh_from_db()
    assert one.sex == "male"
    actions.retract(merge, cast.data_manager)
    assert Animal.objects.get(pk=one.pk).sex == "" and Animal.objects.get(pk=two.pk).sex == "male"


def test_what_was_entered_by_hand_is_not_lost_when_somebody_says_otherwise(
    cast: Any, animals: list[Any]
) -> None:
    one = animals[0]
    one.sex = "female"
    one.save()
    said = actions.say(one, "sex", "male", cast.data_manager, on="2025")
    assert Animal.objects.get(pk=one.pk).sex == "male"
    actions.retract(said, cast.data_manager)
    assert Animal.objects.get(pk=one.pk).sex == "female"


def test_a_family_has_no_circles(cast: Any, animals: list[Any]) -> None:
    grandmother, mother, cub, other = animals
    actions.is_cub_of(mother, grandmother, cast.data_manager)
    actions.is_cub_of(cub, mother, cast.data_manager)
    with pytest.raises(actions.Unfit, match="descendant"):
        actions.is_cub_of(grandmother, cub, cast.data_manager)
    with pytest.raises(actions.Unfit, match="own mother"):
        actions.is_cub_of(cub, cub, cast.data_manager)
    actions.merge(cub, other, cast.data_manager)
    assert [animal for animal, _link in queries.kin(mother).cubs] == [other]
    assert [animal for animal, _link in queries.kin(other).mothers] == [mother]


def test_the_public_meets_name_species_and_sex_and_nothing_of_merged_animals(
    cast: Any, tiger: Any, animals: list[Any], log_in: Callable[..., Any]
) -> None:
    one, two = animals[:2]
    for each in (one, two):
        each.is_published = True
        each.save()
    actions.say(one, "sex", "female", cast.data_manager, on="2026-01-31", reason="seen at Secret creek")
    actions.name_at_home(one, "SECRET-CODE", cast.data_manager, office=cast.ours)
    public = log_in(None)
    text = public.get(f"/en/animals/{one.uuid}/").content.decode()
    assert "T 0" in text and "female" in text
    for secret in ("SECRET-CODE", "Secret creek", one.passport, "2026-01"):
        assert secret not in text
    assert "T 1" in public.get("/en/animals/").content.decode()
    actions.merge(two, one, cast.data_manager)
    assert public.get(f"/en/animals/{two.uuid}/").status_code == 404
    assert public.get(f"/en/animals/{animals[2].uuid}/").status_code == 404


def test_people_of_the_office_see_the_passport_and_only_data_managers_write(
    cast: Any, animals: list[Any], log_in: Callable[..., Any]
) -> None:
    one = animals[0]
    actions.name_at_home(one, "M7", cast.data_manager, office=cast.ours)
    for name in ("ranger", "editor", "translator", "data_manager", "auditor"):
        text = log_in(cast[name]).get(f"/en/animals/{one.uuid}/").content.decode()
        assert one.passport in text and "M7" in text, name
        assert ("Say something of this animal" in text) == (name == "data_manager"), name
    for name in ("editor", "ranger", "foreign_data_manager"):
        answer = log_in(cast[name]).post(f"/en/animals/{one.uuid}/say", {"kind": "name", "name": "X"})
        assert answer.status_code == 404, name
    assert log_in(cast.foreign_data_manager).get(f"/en/animals/{one.uuid}/").status_code == 404
    assert HomeName.objects.count() == 1


def test_the_forms_of_a_passport_say_one_thing_each_and_it_can_be_taken_back(
    cast: Any, animals: list[Any], log_in: Callable[..., Any]
) -> None:
    one, two = animals[:2]
    client = log_in(cast.data_manager)
    address = f"/en/animals/{one.uuid}/"
    sent = [
        {"kind": "trait", "value": "age adult", "on": "2026", "certainty": "certain"},
        {"kind": "name", "name": "M7", "house": "University"},
        {"kind": "mother", "mother": two.pk, "certainty": "possible"},
        {"kind": "merge", "into": animals[2].pk, "reason": "same scar"},
        {"kind": "passport", "born_from": "2020", "born_to": "2021"},
    ]
    for given in sent:
        assert client.post(address + "say", given).status_code == 302, given
    one.refresh_from_db()
    assert (one.born_from, one.born_to) == (2020, 2021)
    assert queries.current(one) == animals[2]
    text = client.get(address).content.decode()
    assert "same scar" in text and "University" in text
    change = queries.changes(one)[0]
    assert client.post(f"/en/animals/statement/change/{change.uuid}/retract").status_code == 302
    assert queries.current(one) == one
    wrong = client.post(
        address + "say", {"kind": "trait", "value": "age adult", "on": "soon", "certainty": "certain"}
    )
    assert wrong.status_code == 422 and "is no date" in wrong.content.decode()
    late = client.post(address + "say", {"kind": "passport", "born_from": "2022", "born_to": "2021"})
    assert late.status_code == 422 and "before the first" in late.content.decode()


def test_the_list_is_narrowed_by_status_sex_and_words(
    cast: Any, animals: list[Any], log_in: Callable[..., Any]
) -> None:
    actions.say(animals[0], "status", "dead", cast.data_manager, on="2025")
    actions.say(animals[1], "sex", "male", cast.data_manager, on="2025")
    actions.name_at_home(animals[2], "Uporny", cast.data_manager, office=cast.ours)
    client = log_in(cast.editor)

    def names(query: str) -> set[str]:
        text = client.get(f"/en/animals/?{query}").content.decode()
        return {f"T {number}" for number in range(4) if f">T {number}</a>" in text}

    assert names("") == {"T 0", "T 1", "T 2", "T 3"}
    assert names("status=dead") == {"T 0"}
    assert names("sex=male") == {"T 1"} and names("sex=none") == {"T 0", "T 2", "T 3"}
    assert names("words=upor") == {"T 2"} and names(f"words={animals[3].passport}") == {"T 3"}

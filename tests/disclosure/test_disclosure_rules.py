"""Rule tables: what is wrong is refused whole, with the name of the rule and of the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from disclosure_cast import ladder_table

from amur.disclosure import DEFAULT, Category, Level, RulesError, Side, rules_from_mapping, rules_from_toml
from amur.disclosure.rules import Dimension

Change = Callable[[dict[str, Any]], object]

MISTAKES: dict[str, tuple[Change, str]] = {
    "no version": (lambda t: t.pop("version"), "the table, version: is missing"),
    "empty version": (lambda t: t.update(version=""), "the table, version: must not be empty"),
    "unknown table": (lambda t: t.update(taxons=[]), "the table, taxons: is not a field"),
    "no terms": (lambda t: t.pop("terms"), "the table, terms: is missing"),
    "category": (
        lambda t: t["zones"]["zone-high"].update(category="hihg"),
        "zones.zone-high, category: 'hihg' is not one of extreme, high",
    ),
    "unknown is no category": (
        lambda t: t["zones"]["zone-high"].update(category="unknown"),
        "zones.zone-high, category: 'unknown' is not one of",
    ),
    "category as a number": (
        lambda t: t["events"]["event-high"].update(category=2),
        "events.event-high, category: must be one of",
    ),
    "no category": (lambda t: t["zones"]["zone-high"].clear(), "zones.zone-high, category: is missing"),
    "misspelt field": (
        lambda t: t["zones"]["zone-high"].update(valid_untill=date(2030, 1, 1)),
        "zones.zone-high, valid_untill: is not a field",
    ),
    "date as text": (
        lambda t: t["zones"]["zone-high"].update(valid_until="2030-01-01"),
        "zones.zone-high, valid_until: must be a date such as",
    ),
    "dates crossed": (
        lambda t: t["zones"]["zone-high"].update(valid_from=date(2030, 1, 2), valid_until=date(2030, 1, 1)),
        "zones.zone-high, valid_until: lies before valid_from",
    ),
    "taxon without a name": (
        lambda t: t["taxa"][3].update(names=[]),
        "taxa[3], names: must name at least one",
    ),
    "taxon with an empty name": (
        lambda t: t["taxa"][0].update(names=["Panthera", " "]),
        "taxa[0], names: must hold texts only",
    ),
    "purpose": (lambda t: t["purposes"].update(fun={"to": ["public"]}), "purposes.fun: is not a purpose"),
    "side": (
        lambda t: t["purposes"]["publication"].update(to=["pubic"]),
        "purposes.publication, to: 'pubic' is not one of public, partner, auditor, owner",
    ),
    "level": (
        lambda t: t["terms"]["public"]["high"].update(level="0.2"),
        "terms.public.high, level: '0.2' is not one of withheld, 1, 0.5, 0.1, 0.01, exact",
    ),
    "level as a number": (
        lambda t: t["terms"]["public"]["high"].update(level=0.1),
        "terms.public.high, level: must be one of",
    ),
    "category left out": (
        lambda t: t["terms"]["partner"].pop("low"),
        "terms.partner, low: is missing",
    ),
    "terms of the owner": (
        lambda t: t["terms"].update(owner={}),
        "terms.owner: must be public, partner or auditor",
    ),
    "negative age": (
        lambda t: t["terms"]["public"]["high"].update(min_age_months=-1),
        "terms.public.high, min_age_months: must be 0 or more",
    ),
    "finer before than after": (
        lambda t: t["terms"]["public"]["high"].update(before={"level": "0.1", "time": "day"}),
        "terms.public.high, before: must not be finer",
    ),
    "conditions before conditions": (
        lambda t: t["terms"]["public"]["high"].update(before={"level": "1", "time": "day", "signers": 1}),
        "terms.public.high, before: must not have conditions",
    ),
    "field type": (
        lambda t: t["kinds"]["kind-high"]["fields"].update(name="string"),
        "kinds.kind-high.fields.name, type: 'string' is not one of word, text",
    ),
    "field without a type": (
        lambda t: t["kinds"]["kind-high"]["fields"].update(name={"shown_at": "1"}),
        "kinds.kind-high.fields.name, type: is missing",
    ),
    "no fields": (lambda t: t["kinds"]["kind-high"].pop("fields"), "kinds.kind-high, fields: is missing"),
    "place": (
        lambda t: t["kinds"]["kind-high"].update(place="polygon"),
        "kinds.kind-high, place: 'polygon' is not one of none, point, any",
    ),
    "flag": (
        lambda t: t["kinds"]["kind-high"].update(series="yes"),
        "kinds.kind-high, series: must be true or false",
    ),
    "required and waived": (
        lambda t: t["kinds"]["kind-high"].update(required=["zone"], waived=["zone"]),
        "kinds.kind-high, waived: zone cannot be required and waived",
    ),
    "no table at all": (lambda t: t.update(zones=[]), "the table, zones: must be a table"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_rule_and_field(name: str) -> None:
    change, message = MISTAKES[name]
    table = ladder_table()
    change(table)
    with pytest.raises(RulesError) as caught:
        rules_from_mapping(table)
    assert str(caught.value).startswith(message)


def test_the_table_without_a_mistake_is_accepted() -> None:
    assert rules_from_mapping(ladder_table()).version == "test"


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(RulesError, match="is not TOML"):
        rules_from_toml("version = ")


def test_in_the_programmes_table_nothing_sensitive_reaches_the_public_finely() -> None:
    public = {category: terms for (side, category), terms in DEFAULT.terms.items() if side is Side.PUBLIC}
    assert public[Category.EXTREME].nothing
    high = public[Category.HIGH]
    assert high.level is Level.TENTH and high.min_age_months >= 12 and high.signers == 2
    assert high.before is not None and high.before.level is Level.DEGREE
    assert [public[one].level for one in (Category.MEDIUM, Category.LOW)] == [Level.HUNDREDTH] * 2


@pytest.mark.parametrize(
    "name",
    [
        "den",
        "nest",
        "carcass",
        "collar-fix",
        "camera-deployment",
        "patrol-position",
        "snare",
        "rehabilitation-release",
        "informant-report",
    ],
)
def test_the_kinds_of_category_one_are_there(name: str) -> None:
    assert DEFAULT.kinds[name].category is Category.EXTREME


@pytest.mark.parametrize(
    "name", ["den", "cubs", "nest", "kill", "carcass", "rehabilitation-release", "snare", "patrol"]
)
def test_the_event_kinds_of_category_one_are_there(name: str) -> None:
    assert DEFAULT.event_category(name, date(2026, 6, 1)) is Category.EXTREME


def test_every_kind_with_a_point_in_the_field_must_know_where_and_when() -> None:
    for name, kind in DEFAULT.kinds.items():
        if kind.category is not Category.OPEN and name not in {"informant-report"}:
            assert {Dimension.PLACE, Dimension.TIME} <= kind.required, name

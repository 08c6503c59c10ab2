"""Ids, fields and texts: properties 22, 25, 26, 28 and 44."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid1, uuid5

import pytest
from disclosure_cast import (
    AUDITOR,
    ID,
    NAIVE,
    NEIGHBOUR,
    NOW,
    OWNER,
    PUBLIC,
    agreement,
    everything,
    seen,
    tiger,
)
from hypothesis import example, given
from hypothesis import strategies as st

from amur.disclosure import (
    DEFAULT,
    Record,
    Statement,
    explain,
)


def test_an_id_that_tells_a_time_is_refused() -> None:
    """Properties 22 and 44."""
    for telling in (uuid1(), UUID("018f3a5e-6c00-7000-8000-000000000000")):
        with pytest.raises(ValueError, match="version 4"):
            tiger(id=telling)


def test_an_id_made_from_a_name_hides_a_sensitive_kind() -> None:
    """Property 44: who guesses the name of a camera could test it."""
    named = uuid5(ID, "canarycam-0042")
    nest = tiger(kind="nest", event_kind="sighting", id=named)
    assert "id" in {limit.rule for limit in explain(nest, PUBLIC, "publication", NOW).limits}
    assert not seen(Record("area", named, OWNER, published=True)).withheld


def test_the_order_and_the_presence_of_fields_tell_nothing() -> None:
    """Property 22: fields stand in the order of the rule, and a restricted one is stated when empty too."""
    record = tiger()
    backwards = replace(record, fields=dict(reversed(list(record.fields.items()))))
    assert pickle.dumps(seen(backwards)) == pickle.dumps(seen(record))
    poorer = {"scientific_name": "Panthera tigris altaica", "individual_count": 1}
    assert pickle.dumps(seen(replace(record, fields=poorer))) == pickle.dumps(seen(record))


def test_only_listed_fields_leave() -> None:
    """Property 25: by allow-list, and what is not listed is not even named."""
    released = seen(tiger())
    assert set(released.fields) <= set(DEFAULT.kinds["observation"].fields)
    assert released.fields["scientific_name"] == "Panthera tigris altaica"
    assert "not_in_any_table" not in everything(released)
    for name in ("station_code", "recorded_by", "file_name", "event_code", "individual_code", "tags"):
        assert name not in released.fields


def test_restricted_fields_hold_a_statement_and_never_a_blank() -> None:
    """Chapman: replace, do not blank."""
    released = seen(tiger())
    locality = released.fields["locality"]
    assert isinstance(locality, Statement)
    assert str(locality) == "Withheld. Ask vladivostok."
    assert released.get("nothing of the kind") is None


@pytest.mark.parametrize(
    "text",
    ["43.1156, 131.8855", "43°07′12″ с. ш.", "北纬43度07分", "52TFN5012370456", "https://maps.app.goo.gl/x1"],
)
def test_a_text_that_names_coordinates_is_kept_back_in_all_its_languages(text: str) -> None:
    """Properties 26 and 28."""
    news = Record(
        "news",
        ID,
        OWNER,
        fields={"title": {"en": "A new den", "ru": f"Новость: {text}"}, "body": ["fine", {"a": text}]},
        published=True,
    )
    released = seen(news)
    for name in ("title", "body"):
        kept = released.fields[name]
        assert isinstance(kept, Statement) and kept.code == "text-with-coordinates"
    assert text not in everything(released)
    assert seen(replace(news, fields={"title": {"en": "A new den"}})).fields["title"] == {"en": "A new den"}


@given(st.uuids(version=4))
@example(UUID("12460140-4814-4127-8127-434731885512"))
def test_a_random_identifier_is_never_read_as_a_place(identifier: UUID) -> None:
    news = Record("news", ID, OWNER, fields={"body": [{"id": str(identifier)}]}, published=True)
    assert seen(news).fields["body"] == [{"id": str(identifier)}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("individual_count", "2 near the canaryburrow"),
        ("individual_count", True),
        ("individual_count", float("nan")),
        ("scientific_name", 134.8571),
        ("scientific_name", {"x": 48.2139}),
    ],
)
def test_a_value_of_another_type_than_its_field_is_kept_back(name: str, value: object) -> None:
    released = seen(tiger(fields={name: value}))
    assert isinstance(released.fields[name], Statement)


def test_unknown_stays_unknown() -> None:
    """None is neither zero nor withheld."""
    released = seen(tiger(fields={"individual_count": None}))
    assert released.fields["individual_count"] is None
    assert "scientific_name" not in released.fields


def test_dates_in_fields_are_as_coarse_as_the_record() -> None:
    """Property 20, for fields."""
    animal = Record(
        "animal",
        ID,
        OWNER,
        taxon="Panthera tigris",
        fields={"name": "Zolushka", "born": date(2011, 6, 17)},
        published=True,
    )
    assert seen(animal).fields["born"] == "2011-06"
    assert seen(replace(animal, fields={"born": "2011-06-17"})).fields["born"] == "2011-06"
    for wrong in ("17 June 2011", NAIVE, 20110617):
        assert isinstance(seen(replace(animal, fields={"born": wrong})).fields["born"], Statement)


def test_people_stay_in_the_office() -> None:
    """Personal data: neither the public nor the auditor; a partner only when the agreement says so."""
    for audience, purpose in ((PUBLIC, "publication"), (AUDITOR, "audit")):
        assert "canaryperson" not in everything(seen(tiger(), audience, purpose))
        assert seen(tiger(personal=True), audience, purpose).withheld
    fields = frozenset({"recorded_by", "scientific_name"})
    closed = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(fields=fields),))
    assert "recorded_by" not in closed.fields
    opened = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(fields=fields, personal=True),))
    assert opened.fields["recorded_by"] == "canaryperson"

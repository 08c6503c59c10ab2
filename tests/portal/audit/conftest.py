"""A small cast for the log: two offices, a person, an area."""

import pytest

from amur.portal.areas.models import Area
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person


def make_office(key: str) -> Office:
    return Office.objects.create(
        key=key,
        names=MultilingualText.of("en", en=f"Office {key}"),
        country="RU",
        time_zone="Asia/Vladivostok",
    )


@pytest.fixture
def office(db) -> Office:
    return make_office("east")


@pytest.fixture
def other_office(db) -> Office:
    return make_office("west")


@pytest.fixture
def person(office) -> Person:
    return Person.objects.create_user("larisa", password="reed-otter-larch-17", office=office)


@pytest.fixture
def area(office) -> Area:
    return Area.objects.create(
        key="reed-lake",
        office=office,
        kind="protected-area",
        status="designated",
        names=MultilingualText.of("en", en="Reed lake"),
        confidence="high",
    )

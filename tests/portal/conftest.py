"""Records of two offices and the page trees, for tests of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from kept_rows import kept

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker
    from tests.conftest import Cast


@dataclass(frozen=True)
class Records:
    """One row of each kind in each office: `ours[Model]`, `theirs[Model]`; home pages by language."""

    ours: dict[str, Any]
    theirs: dict[str, Any]
    homes: dict[str, Any]


def make_records(cast: Cast) -> Records:
    """Create the records and the four home pages with one text page below each."""
    return Records(_records_of(cast.ours, "RU"), _records_of(cast.theirs, "CN"), _homes())


def _records_of(office: Any, country: str) -> dict[str, Any]:
    import datetime

    from django.contrib.gis.geos import Point

    from amur.portal.animals.models import Animal
    from amur.portal.areas.models import Area, Designation, TransboundaryUnit, UnitMember
    from amur.portal.events.models import Commitment, Event, Series
    from amur.portal.facts.models import Citation, Document, Fact
    from amur.portal.languages.text import MultilingualText
    from amur.portal.media.models import MediaFile
    from amur.portal.offices.models import LegalNotice
    from amur.portal.species.models import Species

    key = office.key
    name = MultilingualText.of("en", en=f"Record of {key}", ru="Запись")
    common = {"office": office, "confidence": "high"}
    area = Area.objects.create(
        key=f"{key}-area",
        kind="protected-area",
        status="designated",
        names=name,
        countries=[country],
        area_ha=1000,
        geometry=Point(134.5, 48.25, srid=4326),
        geometry_accuracy="approximate-centroid",
        sources=[{"citation": "A report", "url": "https://example.org/report", "mirror": False}],
        restricted_groups=["only-for-the-office"],
        **common,
    )
    unit = TransboundaryUnit.objects.create(key=f"{key}-unit", names=name, type_code="reserve", **common)
    UnitMember.objects.create(unit=unit, area=area, status="member")
    species = Species.objects.create(
        key=f"{key}-species",
        scientific_name=f"Panthera {key}",
        names=name,
        role="flagship",
        sensitivity=1,
        **common,
    )
    fact = Fact.objects.create(
        key=f"{key}-fact",
        subject_kind="species",
        subject_key=species.key,
        value=5,
        unit="adults",
        kind="total",
        **common,
    )
    document = Document.objects.create(office=office, citation=f"Report of {key}")
    Citation.objects.create(fact=fact, document=document)
    event = Event.objects.create(key=f"{key}-event", type="forum", names=name, start="2019", **common)
    from amur.portal.library.models import Publication
    from amur.portal.newsletter.models import Issue
    from amur.portal.offices.models import OfficeName
    from amur.portal.redirects.models import OldAddress

    return {
        "publications": Publication.objects.create(
            key=f"{key}-publication", office=office, type="report", names=name, issued="2020"
        ),
        "newsletter": Issue.objects.create(office=office, year=2030, quarter=1 if country == "RU" else 2),
        "old-addresses": OldAddress.objects.create(office=office, pattern=f"/{key}/old.php?ID=1"),
        "office-names": OfficeName.objects.create(office=office, names=name),
        "areas": area,
        "units": unit,
        "designations": Designation.objects.create(key=f"{key}-designation", names=name, country=country),
        "species": species,
        "facts": fact,
        "documents": document,
        "animals": Animal.objects.create(key=f"{key}-animal", species_key=species.key, names=name, **common),
        "events": event,
        "event-series": Series.objects.create(key=f"{key}-series", office=office, names=name),
        "commitments": Commitment.objects.create(
            key=f"{key}-commitment", office=office, event=event, text=name, responsible=office
        ),
        "media": MediaFile.objects.create(
            key=f"{key}-file", office=office, kind="picture", name="a.jpg", sha256=f"{office.pk:064x}", size=1
        ),
        "offices": office,
        "notices": LegalNotice.objects.create(office=office, text=name, valid_from=datetime.date(2026, 1, 1)),
        "people": office.people.order_by("pk").first(),
    }


def _homes() -> dict[str, Any]:
    from wagtail.models import Locale, Page, Site

    from amur.portal.languages.codes import LANGUAGES
    from amur.portal.website.models import HomePage, TextPage

    root = Page.get_first_root_node()
    homes = {}
    for code in LANGUAGES:
        locale, _made = Locale.objects.get_or_create(language_code=code)
        homes[code] = root.add_child(
            instance=HomePage(title=f"Home {code}", slug=f"home-{code}", locale=locale)
        )
        homes[code].add_child(
            instance=TextPage(title=f"About {code}", slug="about", key="about", locale=locale)
        )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": homes["en"]}
    )
    return homes


@pytest.fixture(autouse=True)
def _files_without_hashes(settings: Any) -> None:
    """Static files by their plain names: nothing has been collected for a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def records(cast: Cast) -> Records:
    """The records, with rows of their own for each test."""
    return kept(make_records, cast)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration content, for all tests of a module and taken away after them."""
    from django.db import transaction

    from amur.portal.demo.loader import load

    with django_db_blocker.unblock(), transaction.atomic():
        kept(load)
        yield
        transaction.set_rollback(True)

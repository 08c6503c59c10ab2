"""Unique words, places, hashes and keys are planted; nobody finds a trace of them where it must not be.

Six people walk every address in every language and form. Their answers are decoded down to numbers, and
compared with a centre that holds nothing hidden at all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from canaries import plant_hidden, plant_public, number_all, zones
from canary_crawler import Crawler, filled, patterns, unknown_uuid
from canary_finder import FIRST_KEY, Canaries
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.test import Client, RequestFactory

from amur.portal.languages.codes import LANGUAGES

ROLES = ("public", "ranger", "editor", "data_manager", "foreign_data_manager", "auditor")
ZOOMS = (0, 3, 5, 8, 10, 12, 14, 16, 22)
# Named patterns that answer 200 to nobody here, with the reason.
SILENT = {
    "root": "leads to a language",
    "office-logo": "no office has a logo here",
    "area-by-key": "leads to the area",
    "species-by-key": "leads to the species",
}


@dataclass
class World:
    cast: Any
    homes: dict[str, Any]
    canaries: Canaries
    hidden: dict[str, Any]
    before: dict[str, Any]

    def crawler(self, role: str) -> Crawler:
        from tests.conftest import browser_of

        return Crawler(role, browser_of(self.cast[role]), self.canaries)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The centre: first only what is public, as the public then sees it; then the hidden records as well."""
    from tests.conftest import make_cast
    from tests.portal.conftest import _homes

    with django_db_blocker.unblock(), transaction.atomic(), zones():
        number_all()
        made = World(make_cast(), _homes(), Canaries(), {}, {})
        plant_public(made.cast, made.homes, made.canaries)
        walker = Crawler("public", Client(headers={"accept-language": "en"}), Canaries())
        walker.walk(public_seeds())
        made.before = walker.pages
        made.hidden = plant_hidden(made.cast, made.homes, made.canaries)
        yield made
        transaction.set_rollback(True)


def public_seeds() -> list[str]:
    """Where a visitor without any knowledge begins."""
    lists = ["/", "/robots.txt", "/sitemap.xml", "/api/v1/openapi.json", "/api/v1/", "/health", "/nonsense"]
    lists += [f"/api/v1/{name}?limit=500" for name in ("areas", "units", "species", "facts")]
    lists += [f"/{code}/areas/export/{form}" for code in LANGUAGES for form in ("csv", "geojson", "gpkg", "shp")]
    return lists + [f"/{code}/" for code in LANGUAGES]


def tiles(world: World) -> Iterator[str]:
    """The tile around every planted place in every zoom, of every layer."""
    from canary_finder import Spot
    from amur.portal.maps import layers
    from amur.portal.release.memory import generation

    def around(spot: Spot, zoom: int) -> tuple[int, int]:
        side, (east, north) = 1 << zoom, spot.mercator
        half = 180 * 111_319.490793
        return int((east + half) / 2 / half * side), int((half - north) / 2 / half * side)

    for layer in layers.registered():
        for number in (generation(), 1):
            for zoom in ZOOMS if number > 1 else ZOOMS[:3]:
                for column, row in sorted({around(spot, zoom) for spot in world.canaries.spots}):
                    yield f"/tiles/{layer.name}/{number}/{zoom}/{column}/{row}.pbf"


def seeds(world: World) -> list[str]:
    """Every pattern with every identifier of what is hidden, of some of what is not, and of nothing."""
    from amur.portal.languages.models import slug_of
    from amur.portal.release.models import Released

    rows = list(world.hidden.values()) + list(hidden_areas())
    shown = {one.kind: one for one in Released.objects.all()}.values()
    names = [row.names for row in rows if hasattr(row, "names")]
    slugs = {slug_of(one.text, code) for name in names for code, one in name.texts.items()}
    keys = [row.key for row in rows if hasattr(row, "key")]
    values: dict[str, Any] = {
        "language": LANGUAGES,
        "uuid": [*(str(row.uuid) for row in rows), *(str(row.uuid) for row in shown), unknown_uuid()],
        "slug": [*sorted(slugs), *keys, str(rows[0].pk), "nonsense", *(one.key for one in shown)],
        "key": [*keys, "nonsense", *(one.key for one in shown)],
        "form": ["csv", "geojson", "gpkg", "shp", "xlsx"],
        "maps:style/language": [*LANGUAGES, "nonsense"],
        **identifiers(),
    }
    found = [address for one in patterns() for address in filled(one, values)]
    found += [f"/{code}/{path}/" for code in LANGUAGES for path in page_paths()]
    found += [f"{address}?{query}" for address in ("/en/areas/", "/api/v1/areas", "/en/areas/export/csv") for query in QUESTIONS]
    found += [f"/api/v1/facts?subject={subject}" for subject in ("species:tiger", "area:coarser", "x", "%00")]
    return [address for address in [*public_seeds(), *found, *tiles(world)] if "logout" not in address]


QUESTIONS = (
    "limit=0", "limit=abc", "offset=-1", "limit=501", "offset=99999999999999999999", "q=%00", "q=Area", "bbox=133,47,134,48",
    "group=x", "country=RU", "country=MN", "category=Ia", "order=distance", "fields=*", "kind=%27", "format=json",
)  # fmt: skip


def hidden_areas() -> Iterator[Any]:
    from amur.portal.areas.models import Area

    return iter(Area.objects.filter(key__in=("closed", "misspelt", "foreign", "candidate")))


def page_paths() -> set[str]:
    """The paths of all pages, live or not, inside a language."""
    from wagtail.models import Page

    return {page.url_path.strip("/").partition("/")[2] for page in Page.objects.filter(depth__gt=2)}


def identifiers() -> dict[str, Any]:
    """Primary keys for the editing pages, by view and argument."""
    from wagtail.admin.viewsets import viewsets
    from wagtail.models import Page, Revision

    pages = list(Page.objects.filter(depth__gt=1).values_list("pk", flat=True))
    found: dict[str, Any] = {
        name: pages for name in ("page_id", "parent_page_id", "page_to_move_id", "wagtailadmin_api:pages:detail/pk")
    }
    found |= {"destination_id": pages[:1], "revision_id": list(Revision.objects.values_list("pk", flat=True))}
    found |= {"wagtailadmin_pages:revisions_compare/pk": pages, "revision_id_a": ["earliest"], "revision_id_b": ["latest", "live"]}
    found |= {"content_type_app_name": ["website"], "content_type_model_name": ["textpage", "newspage"]}
    found |= {"app_label": ["website", "areas"], "model_name": ["textpage", "area"], "app_name": ["website"]}
    for viewset in viewsets.viewsets:
        model = getattr(viewset, "model", None)
        if model is not None and getattr(viewset, "name", None):
            keys = list(model._default_manager.values_list("pk", flat=True)[:12])
            for pattern in patterns():
                space, _, view = pattern.name.rpartition(":")
                if space == viewset.url_namespace:
                    found[f"{pattern.name}/pk"] = [*keys, 999_999]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_nobody_finds_a_trace_that_is_finer_than_allowed(role: str, world: World) -> None:
    crawler = world.crawler(role)
    crawler.walk(seeds(world))
    found = sorted({str(one) for one in crawler.findings})
    print(f"{role}: {len(crawler.pages)} addresses, {dict(crawler.statuses)}, {len(crawler.views)} views, {len(found)} traces")
    assert not found, f"{len(found)} traces:\n" + "\n".join(found[:60])
    if role == "public":
        missed = {one.name for one in patterns() if "/<language>/" in one.route or one.route.startswith(("/api", "/maps", "/tiles"))}
        missed = {name for name in missed - crawler.views.keys() - SILENT.keys() if "account" not in name and "mfa" not in name}
        print(missed)

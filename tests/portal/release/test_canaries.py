"""Unique words, places, hashes and keys are planted; nobody finds a trace of them where it must not be.

Six people walk every address and form: the public in every language, five of the offices in one each, for what
they may see hangs on their rights and not on their language. Their answers are decoded down to numbers, and
compared with a centre that holds nothing hidden at all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from canaries import number_all, plant_hidden, plant_public, zones
from canary_crawler import Crawler, filled, patterns, unknown_uuid
from canary_finder import FIRST_KEY, Canaries
from canary_results import public_results
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client, RequestFactory

from amur.portal.languages.codes import LANGUAGES

ROLES = {
    "public": LANGUAGES,
    "ranger": ("ru",),
    "editor": ("en",),
    "data_manager": ("mn",),
    "foreign_data_manager": ("zh-hans",),
    "auditor": ("en",),
}
_INSIDE_OR_PRIVATE = re.compile(
    r"^/admin/|^/server/api/|/account/|/office/|/import/|/record$"
    r"|/(?:connectivity|population)/(?:new/|surveys/|joint/|outcome/|.*/(?:release|delete)$)"
    r"|/(?:cards|review|identity|matching|patrols)/|/camera-pictures/|/maps/surveys/|/animals/(?:statement/|.+/say$)"
    r"|/cameras/(?:exports|deployments|media)/|/cameras/.+/(?:settings|release|export|undo|library/.*)$"
    r"|/surveys/(?:new|choices|outcome)/|/surveys/.+/(?:release|delete|secr\.zip)$"
)
ZOOMS = (0, 3, 5, 8, 10, 12, 14, 16, 22)
# Named patterns that answer 200 to nobody here, with the reason.
pytestmark = pytest.mark.crawl

SILENT = {
    "root": "leads to a language",
    "api:api-root": "has no page of its own",
    "office-logo": "no office has a logo here",
    "media-file": "no published file is here",
    "event-ticket": "only who registers knows its address",
    "area-by-key": "leads to the area",
    "species-by-key": "leads to the species",
    "newsletter-subscribe": "leads to the newsletter",
    "newsletter-confirm": "needs the word of a letter",
    "newsletter-file": "no file is made here",
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

        return Crawler(role, browser_of(self.cast[role]), self.canaries, languages=ROLES[role])


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
    lists += [
        f"/{code}/areas/export/{form}" for code in LANGUAGES for form in ("csv", "geojson", "gpkg", "shp")
    ]
    lists += [f"/{code}/feeds/news-ecoregion.{form}" for code in LANGUAGES for form in ("atom", "json")]
    lists += [f"/{code}/search/?q={word}" for code in LANGUAGES for word in SEARCHED]
    return lists + [f"/{code}/" for code in LANGUAGES]


# What a visitor may look for; hidden rows must change neither what is found nor its order.
SEARCHED = ("area", "tiger", quote("участок"), "canary", "storck")


def tiles(world: World) -> Iterator[str]:
    """The tile around every planted place in every zoom, of every layer; in some zooms of every result."""
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
    for uuid in [*public_results(), str(world.hidden["connectivity"].uuid)]:
        for zoom in ZOOMS[1:4]:
            for column, row in sorted({around(spot, zoom) for spot in world.canaries.spots}):
                yield from (
                    f"/tiles/connectivity/{uuid}/{zoom}/{column}/{row}.{kind}" for kind in ("png", "pbf")
                )


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
        "number": [67, 101, 1],
        "form": ["csv", "geojson", "gpkg", "shp", "xlsx"],
        "maps:style/language": [*LANGUAGES, "nonsense"],
        "survey-csv/name": ["effort", "stations", "nonsense"],
        "before": [*public_results(), str(world.hidden["connectivity"].uuid)],
        "after": [*reversed(public_results()), str(world.hidden["connectivity"].uuid)],
        **identifiers(),
    }
    found = [address for one in patterns() for address in filled(one, values)]
    found += [f"/{code}/{path}/" for code in LANGUAGES for path in page_paths()]
    found += [
        f"{address}?{query}"
        for address in ("/en/areas/", "/api/v1/areas", "/en/areas/export/csv")
        for query in QUESTIONS
    ]
    found += [f"/en/search/?q={quote(word)}" for word in world.canaries.words]
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
    found: dict[str, Any] = dict.fromkeys(
        ("page_id", "parent_page_id", "page_to_move_id", "wagtailadmin_api:pages:detail/pk"), pages
    )
    found |= {"destination_id": pages[:1], "revision_id": list(Revision.objects.values_list("pk", flat=True))}
    found |= {
        "wagtailadmin_pages:revisions_compare/pk": pages,
        "revision_id_a": ["earliest"],
        "revision_id_b": ["latest", "live"],
    }
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


# Each change of what is released draws a new number; the address of a tile carries it.
_GENERATION = re.compile(rb"/tiles/areas/\d+/")


def without_generation(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """What a visitor can notice of an answer."""
    body = answer.getvalue() if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    headers = {name: value for name, value in answer.headers.items() if "json" not in kind or name != "ETag"}
    body = _TOKEN.sub(b"", _GENERATION.sub(b"/tiles/areas/0/", body))
    return answer.status_code, body, {name: one for name, one in headers.items() if name != "ETag"}


@pytest.mark.django_db
def test_records_that_are_hidden_change_no_byte_of_what_the_public_sees(world: World) -> None:
    """Counts, order, totals, identifiers and lengths: everything is as if the hidden records were not there."""
    walker = Crawler("public", Client(headers={"accept-language": "en"}), Canaries())
    walker.walk(public_seeds())
    before, after = (
        {
            _GENERATION.sub(b"/tiles/areas/0/", address.encode()): without_generation(answer)
            for address, answer in pages.items()
        }
        for pages in (world.before, walker.pages)
    )
    assert after.keys() == before.keys()
    assert len(before) > 100
    # The account pages draw a token for each answer.
    changed = [one for one in before if before[one] != after[one] and b"/account/" not in one]
    assert not changed, f"{changed}: {_difference(before[changed[0]][1], after[changed[0]][1])}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_nobody_finds_a_trace_that_is_finer_than_allowed(role: str, world: World) -> None:
    crawler = world.crawler(role)
    crawler.walk(seeds(world))
    found = sorted({str(one) for one in crawler.findings})
    assert crawler.broken == []
    assert not found, f"{len(found)} traces:\n" + "\n".join(found[:60])
    if role == "public":
        public = {one.name for one in patterns() if _INSIDE_OR_PRIVATE.search(one.route) is None}
        missed = {name for name in public - crawler.views.keys() - SILENT.keys() if name != "None"}
        assert not missed, f"the crawler never saw these answer: {missed}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["public", "foreign_data_manager"])
def test_what_is_hidden_answers_as_what_does_not_exist(role: str, world: World) -> None:
    """Status, body, length and headers, for every verb."""
    client = world.crawler(role).client
    for hidden, nothing in pairs(world):
        for method in ("get", "head", "options", "post", "patch", "delete"):
            answers = []
            for address in (hidden, nothing):
                with transaction.atomic():
                    answer = getattr(client, method)(address)
                    body = answer.content.replace(address.encode(), b"ADDRESS")
                    headers = {
                        name: value.replace(address, "ADDRESS") for name, value in answer.headers.items()
                    }
                    answers.append((answer.status_code, body, headers))
                    transaction.set_rollback(True)
            assert answers[0] == answers[1], f"{method} {hidden}"
            assert method != "get" or answers[0][0] in {302, 404, 405}, hidden


def pairs(world: World) -> Iterator[tuple[str, str]]:
    """Addresses of hidden records beside such of nothing, equally long."""
    from amur.portal.languages.models import slug_of

    hidden = world.hidden
    for code in LANGUAGES:
        for kind, path in (("area", "areas"), ("unit", "areas/units"), ("species", "species")):
            slug = slug_of(hidden[kind].names.text("en"), "en")
            yield f"/{code}/{path}/{slug}/", f"/{code}/{path}/{'x' * len(slug)}/"
        for kind in ("areas", "species"):
            key = hidden[kind.removesuffix("s") if kind == "areas" else kind].key
            yield f"/{code}/{kind}/key/{key}/", f"/{code}/{kind}/key/{'x' * len(key)}/"
        yield f"/{code}/facts/{hidden['fact'].uuid}/", f"/{code}/facts/{unknown_uuid()}/"
        for path in ("", "state.json", "cancel"):
            yield (
                f"/{code}/office/runs/{hidden['run'].uuid}/{path}",
                f"/{code}/office/runs/{unknown_uuid()}/{path}",
            )
        for path in ("", "decision", "result/"):
            yield (
                f"/{code}/areas/import/{hidden['run'].uuid}/{path}",
                f"/{code}/areas/import/{unknown_uuid()}/{path}",
            )
        yield f"/{code}/gone/", f"/{code}/xxxx/"
    for kind in ("areas", "units", "species", "facts"):
        one = hidden[kind if kind == "species" else kind.removesuffix("s")]
        yield f"/api/v1/{kind}/{one.uuid}", f"/api/v1/{kind}/{unknown_uuid()}"
    yield f"/api/v1/areas/{hidden['area'].uuid}/record", f"/api/v1/areas/{unknown_uuid()}/record"
    yield f"/logo/{hidden['area'].office.uuid}", f"/logo/{unknown_uuid()}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where", ["/en/areas/", "/ru/areas/", "/api/v1/areas", "/en/areas/export/csv", "/en/areas/export/geojson"]
)
def test_no_question_tells_a_hidden_record_from_nothing(where: str, world: World) -> None:
    """Search, filters and counts work on the released view: bisection gets no answer."""
    area = world.hidden["area"]
    client = Client()
    for name, hidden, nothing in (
        ("q", area.names.text("en"), "x" * len(area.names.text("en"))),
        ("q", area.names.text("ru"), "ы" * len(area.names.text("ru"))),
        ("q", area.key, "y" * len(area.key)),
        ("group", area.groups[0], "z" * len(area.groups[0])),
        ("category", area.iucn_category, "Ib"),
        ("country", "MN", "KP"),
    ):
        if name in {"category", "country"} and where.endswith("/areas/"):
            continue  # the page calls the value by its name
        found, missed = (client.get(where, {name: value}) for value in (hidden, nothing))
        assert found.status_code == missed.status_code
        told, silent = _unasked(found.content, hidden), _unasked(missed.content, nothing)
        assert told == silent, f"{name}={hidden}: {_difference(told, silent)}"


def _unasked(body: bytes, question: str) -> bytes:
    return body.replace(question.encode(), b"?").replace(quote(question).encode(), b"?")


def _difference(one: bytes, other: bytes) -> str:
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return f"{one[at - 200 : at + 100]!r}, {other[at - 20 : at + 100]!r}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in ROLES if role != "public"])
def test_pages_of_one_person_are_kept_by_no_cache(role: str, world: World) -> None:
    client = world.crawler(role).client
    area = world.hidden["area"]
    run = world.hidden["run"]
    for address in (
        "/admin/", "/admin/areas/", f"/admin/areas/edit/{area.pk}/", f"/admin/areas/inspect/{area.pk}/",
        "/admin/audit/", "/en/account/login/", "/ru/account/2fa/", "/ru/account/password/change/",
        f"/api/v1/areas/{area.uuid}/record", f"/en/office/runs/{run.uuid}/", f"/en/areas/import/{run.uuid}/",
        f"/en/office/runs/{run.uuid}/state.json", "/en/areas/import/",
    ):  # fmt: skip
        answer = client.get(address)
        control = answer.headers.get("Cache-Control", "")
        if answer.status_code == 200:
            assert "private" in control and ("no-store" in control or "no-cache" in control), address
        assert "public" not in control, address


@pytest.mark.django_db
def test_a_thousand_shuffled_requests_give_nobody_the_page_of_another(world: World) -> None:
    """Through the page cache as it stands in front of Django, people and visitors mixed."""
    from amur.portal.pagecache import PageCache

    application = PageCache(WSGIHandler())
    area, run = world.hidden["area"], world.hidden["run"]
    addresses = [
        *(f"/{code}/" for code in LANGUAGES),
        "/en/areas/", "/ru/areas/?q=Area", "/en/facts/", "/sitemap.xml", "/api/v1/areas", "/en/nothing/", "/admin/",
        f"/api/v1/areas/{area.uuid}/record", f"/admin/areas/inspect/{area.pk}/", f"/en/office/runs/{run.uuid}/",
        f"/en/areas/import/{run.uuid}/", "/en/account/login/",
    ]  # fmt: skip
    cookies = {role: world.crawler(role).client.cookies.output(header="", sep=";").strip() for role in ROLES}
    seen: dict[tuple[str, str], set[tuple[str, bytes]]] = {}
    asked = [(role, address) for role in ROLES for address in addresses]
    draws = random.Random(7)
    shuffled = [*asked, *(draws.choice(asked) for _ in range(1_000 - len(asked)))]
    for signal in (request_started, request_finished):  # the test's own connection stays open
        signal.disconnect(close_old_connections)
    try:
        for role, address in shuffled:
            answer = through(application, address, cookies[role])
            seen.setdefault((role, address), set()).add(answer)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    assert all(len(one) == 1 for one in seen.values()), [key for key, one in seen.items() if len(one) > 1]
    record = f"/api/v1/areas/{area.uuid}/record"
    statuses = {role: next(iter(seen[role, record]))[0][:3] for role in ROLES}
    assert statuses == {
        "public": "404", "ranger": "200", "editor": "200", "data_manager": "200",
        "foreign_data_manager": "404", "auditor": "200",
    }  # fmt: skip


_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|"csrf\w*": *"\w+"|data-csrf\w*="\w+"', re.I)


def through(application: Any, address: str, cookie: str) -> tuple[str, bytes]:
    """Status and body, without what is drawn anew for each answer."""
    environ = RequestFactory().get(address).environ | ({"HTTP_COOKIE": cookie} if cookie else {})
    status: list[str] = []
    body = application(environ, lambda one, headers, *more: status.append(one))
    return status[0], _TOKEN.sub(b"", b"".join(body))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["public", "ranger", "foreign_data_manager", "data_manager"])
def test_other_verbs_and_nonsense_tell_nothing_either(role: str, world: World) -> None:
    crawler = world.crawler(role)
    area = world.hidden["area"]
    for address in (
        *(address for pair in pairs(world) for address in pair if address.startswith(("/en", "/api", "/logo"))),
        "/", "/en/", "/zh-hans/areas/", "/en/areas/export/gpkg", "/api/v1/areas", "/api/v1/facts", "/health",
        "/mn/account/login/", "/admin/areas/new/", f"/admin/areas/edit/{area.pk}/", f"/admin/areas/delete/{area.pk}/",
        "/admin/audit/", "/ru/areas/import/",
    ):  # fmt: skip
        crawler.knock(address)
    assert crawler.broken == []
    assert sorted({str(one) for one in crawler.findings}) == []


def test_the_numbers_of_planted_rows_are_like_no_other(world: World) -> None:
    assert world.hidden["area"].pk > FIRST_KEY
    assert all(len(word) > 8 for word in world.canaries.words)

"""What visitors and machines are promised of the newsroom, on the demonstration content."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amur.portal.languages.codes import LANGUAGES
from amur.portal.release.models import Released

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def visitor(demo: None, db: None) -> Client:
    return Client()


def read(visitor: Client, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def described(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert len(found) == 1
    thing: dict[str, Any] = json.loads(found[0])
    return thing


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_stands_in_each_language_and_is_cached_without_a_cookie(
    visitor: Client, language: str
) -> None:
    home = read(visitor, f"/{language}/")
    lists = home.split('class="foot"', 1)[1].split("</nav>")[1]
    addresses = re.findall(r'<a href="([^"]+)"', lists)
    assert len(addresses) == 5  # the newsletter, too
    for address in [*addresses, f"/{language}/library/"]:
        answer = visitor.get(address)
        assert answer.status_code == 200 and not answer.cookies
        assert answer.headers["Cache-Control"].startswith("public")


def test_filters_narrow_the_news_and_an_unknown_value_gives_an_empty_list(visitor: Client) -> None:
    everything = read(visitor, "/en/news/").count("<time ")
    chinese = read(visitor, "/en/news/?country=CN").count("<time ")
    one_year = read(visitor, "/en/news/?country=CN&year=2021")
    assert 0 < one_year.count("<time ") < chinese < everything
    assert "snares" in one_year
    assert read(visitor, "/en/news/?rubric=<b>&page=x").count("<time ") == 0


def test_an_item_in_one_language_is_labelled_in_the_lists_of_the_others(visitor: Client) -> None:
    page = read(visitor, "/en/projects/")
    assert '<li lang="ru">' in page and "Русский" in page


def test_subjects_link_both_ways(visitor: Client) -> None:
    species = read(visitor, "/en/species/oriental-stork/")
    assert "nest" in species.split("News and stories about this", 1)[1]
    item = read(visitor, "/en/photo-stories/taiga-to-steppe/")
    assert "/en/areas/" in item.split("See also", 1)[1]
    leopard = read(visitor, "/en/species/amur-leopard/")
    address = re.search(r'href="(/en/library/[^"]+)"', leopard.split("Publications about this", 1)[1])
    assert address is not None
    assert "/en/species/amur-leopard/" in read(visitor, address[1])


def test_what_shares_a_subject_costs_no_query_once_remembered(visitor: Client) -> None:
    from amur.portal.website.queries import about

    first = about("species", "amur-tiger", "en")
    assert first.pages and first.publications
    with CaptureQueriesContext(connection) as queries:
        about("species", "amur-leopard", "en")
    assert all("release_generation" in query["sql"] for query in queries)


@pytest.mark.parametrize(
    "path",
    [
        "/en/news/",
        "/en/news/forum-on-tiger-and-leopard-2018/",
        "/en/photo-stories/taiga-to-steppe/",
        "/en/library/",
    ],
)
def test_a_page_of_the_newsroom_asks_the_database_at_most_eight_times(visitor: Client, path: str) -> None:
    read(visitor, path)
    with CaptureQueriesContext(connection) as queries:
        read(visitor, path)
    assert 0 < len(queries) <= 8, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_atom_feed_names_each_item_once_and_the_language_of_foreign_ones(
    visitor: Client, language: str
) -> None:
    answer = visitor.get(f"/{language}/feeds/news.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) == 11
    assert feed.findtext(f"{ATOM}updated")
    assert any(entry.get(LANG) for entry in entries)
    dates = [entry.findtext(f"{ATOM}published") or "" for entry in entries]
    assert dates == sorted(dates, reverse=True)


def test_the_json_feed_of_a_rubric_has_only_its_items(visitor: Client) -> None:
    answer = visitor.get("/ru/feeds/news-ecoregion.json")
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["language"] == "ru"
    assert len(feed["items"]) == 3
    assert all("rubric:ecoregion" in item["tags"] for item in feed["items"])
    assert visitor.get(feed["items"][0]["url"].removeprefix("http://testserver")).status_code == 200
    assert visitor.get("/ru/feeds/news-nonsense.json").status_code == 404
    assert visitor.get("/ru/feeds/news.rss").status_code == 404


def test_machines_are_told_what_a_page_is(visitor: Client) -> None:
    news = described(read(visitor, "/en/news/forum-on-tiger-and-leopard-2018/"))
    assert (news["@type"], news["datePublished"]) == ("NewsArticle", "2018-10-24")
    area = described(read(visitor, "/en/areas/khingansky-nature-reserve/"))
    assert area["@type"] == "Place" and "geo" in area
    assert described(read(visitor, "/en/areas/"))["@type"] == "Dataset"


def test_a_description_cannot_be_ended_by_a_title() -> None:
    from amur.portal.website.structured import script

    text = script({"name": "</script><script>alert(1)</script>"})
    assert text.count("</script>") == 1


def test_a_publication_is_cited_in_three_forms(visitor: Client) -> None:
    row = Released.objects.get(kind="publication", key="plan-summary")
    base = f"/en/library/{row.slugs['en']}/citation."
    item = json.loads(visitor.get(base + "json").content)[0]
    assert (item["type"], item["issued"]) == ("report", {"date-parts": [[2021]]})
    assert visitor.get(base + "bib").content.decode().startswith("@techreport{plan-summary,")
    lines = visitor.get(base + "ris").content.decode().split("\r\n")
    assert lines[0] == "TY  - RPRT" and lines[-2] == "ER  - "
    assert visitor.get(base + "txt").status_code == 404


def test_the_sitemap_has_publications_only_in_their_languages(visitor: Client) -> None:
    text = read(visitor, "/sitemap.xml")
    row = Released.objects.get(kind="publication", key="wetlands-guide")
    assert f"/mn/library/{row.slugs['mn']}/" in text and f"/en/library/{row.slugs['mn']}/" not in text


def test_loading_the_demonstration_again_makes_no_doubles(visitor: Client) -> None:
    from amur.portal.demo.newsroom import load_newsroom
    from amur.portal.library.models import Publication
    from amur.portal.website.models import ProjectPage

    before = ProjectPage.objects.count(), Publication.objects.count()
    load_newsroom()
    assert (ProjectPage.objects.count(), Publication.objects.count()) == before

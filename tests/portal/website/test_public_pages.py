"""What visitors are promised of every public page, on the real demonstration content."""

import re

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES
from amur.portal.release.models import Released

SECTIONS = ("", "areas/", "species/", "facts/", "offices/", "timeline/")


@pytest.fixture
def visitor(demo: None, db: None) -> Client:
    return Client()


def head(page: str, pattern: str) -> list[str]:
    return re.findall(pattern, page)


def links(page: str) -> dict[str, str]:
    """The addresses of the language switch, by lang tag."""
    switch = page.split('class="languages"', 1)[1].split("</nav>", 1)[0]
    return {tag: address for address, tag in re.findall(r'href="([^"]+)" lang="([^"]+)"', switch)}


def test_the_bare_address_leads_to_the_browsers_language_and_else_to_english(visitor: Client) -> None:
    for wish, language in (
        ("mn,ru;q=0.5", "mn"),
        ("zh-CN", "zh-hans"),
        ("ru-RU,en", "ru"),
        ("fr", "en"),
        ("", "en"),
    ):
        assert visitor.get("/", headers={"accept-language": wish}).headers["Location"] == f"/{language}/"


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_stands_in_every_language(visitor: Client, language: str, section: str) -> None:
    answer = visitor.get(f"/{language}/{section}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{HTML_TAGS[language]}">' in page
    assert answer.headers["Content-Language"] == HTML_TAGS[language]
    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert set(links(page)) == set(HTML_TAGS.values())


def test_switching_the_language_stays_on_the_subject_and_comes_back(visitor: Client) -> None:
    for start in ("/en/species/amur-tiger/", "/en/big-cats/", "/en/areas/khingansky-nature-reserve/"):
        switch = links(visitor.get(start).content.decode())
        for tag, address in switch.items():
            page = visitor.get(address)
            assert page.status_code == 200, address
            assert links(page.content.decode())["en"] == start, tag


def test_each_language_has_an_address_of_its_own(visitor: Client) -> None:
    switch = links(visitor.get("/en/species/amur-tiger/").content.decode())
    assert switch == {
        "en": "/en/species/amur-tiger/",
        "ru": "/ru/species/amurskij-tigr/",
        "zh-Hans": "/zh-hans/species/%E4%B8%9C%E5%8C%97%E8%99%8E/",
        "mn": "/mn/species/amaryn-bar/",
    }


def test_only_languages_that_really_exist_are_announced(visitor: Client) -> None:
    page = visitor.get("/en/areas/amursky-wildlife-refuge/").content.decode()
    announced = head(page, r'rel="alternate" hreflang="([^"]+)"')
    assert announced == ["en", "ru", "x-default"]


def test_a_name_shown_in_another_language_is_labelled_and_has_its_true_lang(visitor: Client) -> None:
    address = links(visitor.get("/en/areas/amursky-wildlife-refuge/").content.decode())["mn"]
    page = visitor.get(address).content.decode()
    title = page.split("<h1>", 1)[1].split("</h1>", 1)[0]
    assert '<span lang="ru">' in title
    assert "Русский" in title


def test_news_in_one_language_is_listed_and_read_in_all_and_labelled(visitor: Client) -> None:
    listed = visitor.get("/en/news/").content.decode()
    foreign = re.search(r'<li lang="ru">(?:(?!</li>).)*?<h2><a href="([^"]+)"', listed, re.S)
    assert foreign is not None
    page = visitor.get(foreign[1]).content.decode()
    assert '<html lang="en">' in page
    assert 'role="note"' in page and "Русский" in page
    assert '<div lang="ru">' in page
    assert head(page, r'rel="alternate" hreflang="([^"]+)"') == ["ru", "x-default"]
    assert re.search(r'rel="canonical" href="http://testserver/ru/', page)


def test_a_page_without_the_readers_language_is_one_version_at_one_address(visitor: Client) -> None:
    """A Mongolian reader gets the Russian text of a video that is in English and Russian, wherever he comes from."""
    answer = visitor.get("/mn/videos/spring-at-a-nest/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mn/video/vesna-u-gnezda/")
    text = visitor.get("/mn/video/vesna-u-gnezda/").content.decode()
    assert '<div lang="ru">' in text and "Весна у гнезда аиста</h1>" in text and "Русский" in text
    english = visitor.get("/en/videos/spring-at-a-nest/").content.decode()
    assert 'href="/mn/video/vesna-u-gnezda/"' in english
    assert 'href="/zh-hans/videos/spring-at-a-nest/"' in english


def test_an_old_or_foreign_slug_leads_to_the_right_address(visitor: Client) -> None:
    answer = visitor.get("/ru/species/amur-tiger/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ru/species/amurskij-tigr/")


def test_what_does_not_exist_gets_a_page_in_the_language(visitor: Client) -> None:
    for path in ("/ru/nonsense/", "/ru/areas/nonsense/", "/ru/facts/00000000-0000-4000-8000-000000000000/"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert '<html lang="ru">' in answer.content.decode()


def test_rows_to_be_verified_are_marked(visitor: Client) -> None:
    row = Released.objects.filter(kind="area", fields__confidence="own-knowledge").first()
    assert row is not None
    page = visitor.get(f"/en/areas/{row.slugs['en']}/").content.decode()
    assert "own knowledge, to be verified" in page


def test_a_candidate_membership_is_nowhere(visitor: Client) -> None:
    from amur.portal.areas.models import UnitMember

    candidate = UnitMember.objects.filter(status="candidate").select_related("area", "unit").first()
    assert candidate is not None
    unit = Released.objects.get(uuid=candidate.unit.uuid)
    page = visitor.get(f"/en/areas/units/{unit.slugs['en']}/").content.decode()
    assert candidate.area.names.text("en") not in page


def test_a_species_page_shows_conflicting_counts_side_by_side(visitor: Client) -> None:
    page = visitor.get("/en/species/amur-tiger/").content.decode()
    assert "423–502 individuals" in page and "450–500 individuals" in page
    assert "contradicted" in page


def test_the_table_of_counts_has_every_fact_and_no_zero_for_unknown(visitor: Client) -> None:
    import csv
    import io

    answer = visitor.get("/en/species/oriental-stork/counts.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == Released.objects.filter(subject="species:oriental-stork", kind="fact").count()
    bound = next(row for row in rows if row["Kind of figure"] == "upper bound")
    assert (bound["Low"], bound["High"]) == ("", "4000")


def test_filters_narrow_the_register_and_say_how_many(visitor: Client) -> None:
    page = visitor.get("/en/areas/?country=MN&category=II").content.decode()
    listed = re.findall(r'<li class="kind-[\w-]+">\s*<a href="([^"]+)"', page)
    expected = [
        row
        for row in Released.objects.filter(kind="area")
        if "MN" in row.fields["countries"] and row.fields["iucn_category"] == "II"
    ]
    assert len(listed) == len(expected) > 0


def test_an_unknown_filter_value_gives_an_empty_list_and_no_error(visitor: Client) -> None:
    answer = visitor.get("/en/areas/?country=XX&kind=<b>&q=%00")
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode().split('id="filter-kind"')[1].split("</select>")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/en/areas/",
        "/ru/big-cats/",
        "/en/species/amur-tiger/",
        "/en/areas/khingansky-nature-reserve/",
    ],
)
def test_a_public_page_asks_the_database_at_most_eight_times(visitor: Client, path: str) -> None:
    visitor.get(path, follow=True)
    with CaptureQueriesContext(connection) as queries:
        visitor.get(path, follow=True)
    assert 0 < len(queries) <= 8, [query["sql"][:90] for query in queries]


def test_the_sitemap_lists_each_page_only_in_its_own_languages(visitor: Client) -> None:
    text = visitor.get("/sitemap.xml").content.decode()
    assert "/en/areas/amursky-wildlife-refuge/" in text
    assert text.count("<loc>") == len(set(re.findall(r"<loc>([^<]+)</loc>", text)))
    assert "/mn/areas/amursky" not in text


def test_an_error_of_the_editing_pages_is_drawn_with_the_menu(visitor: Client) -> None:
    """The frame is kept for everybody: whoever makes it first must see the menu."""
    from amur.portal.website.context import page

    assert page(RequestFactory().get("/admin/nothing/"))["menu"].texts

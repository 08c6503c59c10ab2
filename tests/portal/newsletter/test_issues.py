"""What readers are promised of an issue: its number, its address, its order, its languages; nothing unreleased."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.text import MultilingualText
from amur.portal.newsletter import actions, queries
from amur.portal.newsletter.models import Issue, IssueItem
from amur.portal.newsletter.numbering import number_of, quarter_of
from amur.portal.release.models import Released

# Issues known from mirrors of the older archive, with their quarters.
KNOWN = {
    14: (2009, 4),
    40: (2016, 2),
    44: (2017, 2),
    53: (2019, 3),
    56: (2020, 2),
    59: (2021, 1),
    66: (2022, 4),
    67: (2023, 1),
}


@pytest.mark.parametrize(("number", "quarter"), KNOWN.items())
def test_the_numbering_of_the_older_archive_goes_on(number: int, quarter: tuple[int, int]) -> None:
    assert number_of(*quarter) == number
    assert quarter_of(number) == quarter


def test_every_number_leads_to_its_quarter_and_back() -> None:
    assert all(number_of(*quarter_of(number)) == number for number in range(1, 700))
    for wrong in ((2006, 2), (2023, 5), (2023, 0)):
        with pytest.raises(ValueError, match="quarter"):
            number_of(*wrong)


def test_a_draft_does_not_exist_for_the_public(issue: Any) -> None:
    visitor = Client()
    assert visitor.get("/en/newsletter/67/").status_code == 404
    assert visitor.get("/en/newsletter/67.pdf").status_code == 404
    assert "67" not in visitor.get("/en/newsletter/").content.decode().split("<main")[1].split("</main")[0]
    assert not Released.objects.filter(kind="newsletter").exists()


def test_each_story_has_a_heading_and_an_address_of_its_own_in_the_readers_language(published: Any) -> None:
    page = Client().get("/zh-hans/newsletter/67/").content.decode()
    assert re.search(r'<section class="story" id="story-1" aria-labelledby="story-1-title">', page)
    assert '<h2 id="story-1-title" lang="zh-Hans"><a href="/zh-hans/news/cranes/">鹤群归来</a></h2>' in page
    assert 'href="#story-1"' in page


def test_a_story_without_a_translation_is_there_with_its_true_language(published: Any) -> None:
    page = Client().get("/zh-hans/newsletter/67/").content.decode()
    told = page.split('id="story-2"')[1].split("</section>")[0]
    assert 'lang="ru"><a href="/zh-hans/news/only/">Только по-русски</a>' in told
    assert '<span class="label language"' in told and "Русский" in told
    assert '<p lang="ru">Без перевода</p>' in told


def test_the_newsletters_own_heading_stands_for_the_pages_in_its_language_only(published: Any) -> None:
    assert '<h2 id="story-1-title" lang="en"><a href="/en/news/cranes/">Cranes are back</a></h2>' in (
        Client().get("/en/newsletter/67/").content.decode()
    )
    assert "Журавли вернулись" in Client().get("/ru/newsletter/67/").content.decode()


def test_a_withdrawn_story_leaves_a_note_and_the_others_keep_their_places(desk: Any, published: Any) -> None:
    desk.only.unpublish()
    page = Client().get("/ru/newsletter/67/").content.decode()
    assert "Без перевода" not in page and "Только по-русски" not in page
    told = page.split('id="story-2"')[1].split("</section>")[0]
    assert 'role="note"' in told
    assert "Годовой отчёт" in page.split('id="story-3"')[1]


def test_a_record_that_is_no_more_released_is_withdrawn_too(desk: Any, published: Any) -> None:
    desk.book.is_published = False
    desk.book.save()
    assert "Годовой отчёт" not in Client().get("/ru/newsletter/67/").content.decode()


def test_a_published_issue_keeps_its_number(published: Any) -> None:
    published.quarter = 2
    with pytest.raises(ValueError, match="number stays"):
        published.save()


def test_an_issue_without_a_readable_story_is_not_published(cast: Any, desk: Any, issue: Any) -> None:
    issue.items.set([])
    issue.save()
    with pytest.raises(actions.NothingToRead):
        actions.publish(issue, cast.editor)


def test_publishing_twice_changes_nothing(cast: Any, published: Any) -> None:
    before = published.published_at
    assert actions.publish(published, cast.editor) is None
    assert Issue.objects.get(pk=published.pk).published_at == before


def test_coordinates_are_refused_in_introduction_and_headings(cast: Any) -> None:
    text = MultilingualText.of("en", en="The nest at 48.7312 N, 135.0934 E")
    with pytest.raises(ValidationError, match="coordinates"):
        Issue(office=cast.ours, year=2024, quarter=1, intro=text).clean()
    with pytest.raises(ValidationError, match="coordinates"):
        IssueItem(kind="page", heading=text).clean()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_the_same_for_everybody_and_cost_few_queries(published: Any, language: str) -> None:
    visitor = Client()
    for address in (f"/{language}/newsletter/", f"/{language}/newsletter/67/"):
        visitor.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = visitor.get(address)
        assert answer.status_code == 200 and not answer.cookies
        assert answer["Cache-Control"].startswith("public")
        assert len(asked) <= 8
        again = Client().get(address)
        assert again.content == answer.content and again["ETag"] == answer["ETag"]


def test_only_languages_in_which_a_story_exists_are_announced(published: Any) -> None:
    page = Client().get("/mn/newsletter/67/").content.decode()
    announced = set(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="[^"]*newsletter/67/"', page))
    assert announced == {"ru", "zh-Hans", "en", "x-default"}  # the publication exists in English
    assert queries.languages_of(67) == {"ru", "zh-hans", "en"}
    sitemap = Client().get("/sitemap.xml").content.decode()
    assert "/ru/newsletter/67/" in sitemap and "/mn/newsletter/67/" not in sitemap


def test_issues_can_be_followed_by_a_feed_reader(published: Any) -> None:
    feed = json.loads(Client().get("/ru/newsletter/feed.json").content)
    (entry,) = feed["items"]
    assert entry["url"].endswith("/ru/newsletter/67/") and entry["content_text"] == "Слово редакции"
    atom = Client().get("/ru/newsletter/feed.atom")
    assert atom["Content-Type"].startswith("application/atom+xml") and "67" in atom.content.decode()
    assert Client().get("/ru/newsletter/feed.rss").status_code == 404


def test_headings_that_the_gate_keeps_back_leave_the_pages_own(published: Any) -> None:
    row = Released.objects.get(kind="newsletter")
    kept_back = {
        **row.fields,
        "headings": {"statement": "text-with-coordinates", "parameters": {}, "english": ""},
    }
    assert queries.edition_of(kept_back, "en").stories[0].heading == "Журавли вернулись"

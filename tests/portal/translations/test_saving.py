"""The ordinary page editor: a save never overwrites unseen what somebody else saved meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def opened(client: Any, page: Any) -> dict[str, str]:
    """What a browser that has just opened the page's form would send back."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        found: dict[str, str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "input" and given.get("name", "").startswith("loaded_revision"):  # type: ignore[union-attr]
                self.found[str(given["name"])] = str(given["value"])

    parser = Fields()
    parser.found = {}
    answer = client.get(f"/admin/pages/{page.pk}/edit/")
    assert answer.status_code == 200
    parser.feed(answer.content.decode())
    assert len(parser.found) == 2
    return parser.found


def form(title: str, loaded: dict[str, str]) -> dict[str, str]:
    return {
        "title": title,
        "slug": "about",
        "summary": "",
        "translation_status": "reviewed",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **loaded,
    }


def test_the_later_of_two_saves_sees_the_conflict_and_keeps_its_words(
    cast: Any, records: Any, log_in: Any
) -> None:
    page = records.homes["en"].get_children().get().specific
    page.save_revision()
    first, second = log_in(cast.editor), log_in(cast.foreign_editor)
    early, late = opened(first, page), opened(second, page)
    assert first.post(f"/admin/pages/{page.pk}/edit/", form("First", early)).status_code == 302
    answer = second.post(f"/admin/pages/{page.pk}/edit/", form("Second", late))
    said = answer.content.decode()
    assert answer.status_code == 200 and "after you had opened it" in said and "Second" in said
    page.refresh_from_db()
    assert page.draft_title == "First"
    again = form("Second", opened(second, page))
    assert second.post(f"/admin/pages/{page.pk}/edit/", again).status_code == 302
    page.refresh_from_db()
    assert page.draft_title == "Second"


def test_every_save_is_accepted_on_top_of_what_was_seen_or_refused(
    cast: Any, records: Any, log_in: Any
) -> None:
    page = records.homes["en"].get_children().get().specific
    page.save_revision()
    client = log_in(cast.editor)
    stale = opened(client, page)
    accepted = []
    for number in range(6):
        loaded = opened(client, page) if number % 2 == 0 else stale
        answer = client.post(f"/admin/pages/{page.pk}/edit/", form(f"Save {number}", loaded))
        if answer.status_code == 302:
            accepted.append(f"Save {number}")
    assert accepted == ["Save 0", "Save 2", "Save 4"]
    titles = [one.content["title"] for one in page.revisions.order_by("pk")]
    assert titles[1:] == accepted


def test_a_new_page_speaks_the_language_of_its_tree(cast: Any, records: Any, log_in: Any) -> None:
    from amur.portal.website.models import TextPage

    home = records.homes["ru"]
    given = {**form("Новая", {}), "slug": "novaya"}
    answer = log_in(cast.editor).post(f"/admin/pages/add/website/textpage/{home.pk}/", given)
    assert answer.status_code == 302
    assert TextPage.objects.get(slug="novaya").source_language == "ru"

"""The office's side: choosing stories in order, preview, publishing, sending; what is public stays."""

from __future__ import annotations

from typing import Any

import pytest
from form_data import filled_form

from amur.portal.newsletter.models import Issue, Subscriber
from amur.portal.runs.models import Run


def form_of(client: Any, address: str) -> dict[str, Any]:
    return {name: value for name, value in filled_form(client, address).items() if "__prefix__" not in name}


def story(data: dict[str, Any], at: int, what: str, order: int) -> None:
    data[f"items-{at}-what"], data[f"items-{at}-ORDER"] = what, str(order)
    data[f"items-{at}-id"], data[f"items-{at}-heading-source"] = data.get(f"items-{at}-id", ""), "en"


def test_an_editor_makes_an_issue_of_stories_in_the_order_chosen(cast: Any, desk: Any, log_in: Any) -> None:
    client = log_in(cast.editor)
    data = form_of(client, "/admin/newsletter/new/")
    data |= {"year": "2024", "quarter": "1", "items-TOTAL_FORMS": "2"}
    story(data, 0, f"publication:{desk.book.uuid}", 2)
    story(data, 1, f"page:{desk.news.translation_key}", 1)
    answer = client.post("/admin/newsletter/new/", data)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    issue = Issue.objects.get(year=2024)
    assert issue.number == 71 and issue.office == cast.ours and not issue.is_published
    assert [(one.kind, one.target) for one in issue.items.all()] == [
        ("page", desk.news.translation_key),
        ("publication", desk.book.uuid),
    ]


def test_the_same_story_twice_is_refused(cast: Any, desk: Any, log_in: Any) -> None:
    client = log_in(cast.editor)
    data = form_of(client, "/admin/newsletter/new/")
    data |= {"year": "2024", "quarter": "1", "items-TOTAL_FORMS": "2"}
    for at in (0, 1):
        story(data, at, f"page:{desk.news.translation_key}", at + 1)
    answer = client.post("/admin/newsletter/new/", data)
    assert answer.status_code == 200 and "in the issue already" in answer.content.decode()
    assert not Issue.objects.filter(year=2024).exists()


def test_there_is_one_issue_a_quarter(cast: Any, issue: Any, log_in: Any) -> None:
    client = log_in(cast.foreign_editor)
    data = form_of(client, "/admin/newsletter/new/") | {"year": "2023", "quarter": "1"}
    answer = client.post("/admin/newsletter/new/", data)
    assert answer.status_code == 200 and "issue of this quarter already" in answer.content.decode()


def test_only_what_is_public_is_offered_as_a_story(cast: Any, desk: Any, log_in: Any) -> None:
    draft = desk.page("ru", "Черновик", "draft-of-ours")
    draft.unpublish()
    desk.book.is_published = False
    desk.book.save()
    page = log_in(cast.editor).get("/admin/newsletter/new/").content.decode()
    assert "Журавли вернулись" in page
    assert "Черновик" not in page and str(desk.book.uuid) not in page


def test_a_published_issue_keeps_its_stories_and_order_but_words_may_be_mended(
    cast: Any, desk: Any, published: Any, log_in: Any
) -> None:
    client = log_in(cast.editor)
    address = f"/admin/newsletter/edit/{published.pk}/"
    before = [one.target for one in published.items.all()]
    data = form_of(client, address)
    data |= {"year": "2030", "intro-ru": "Другое слово", "items-1-DELETE": "on"}
    data |= {
        "items-0-ORDER": "9",
        "items-0-what": f"page:{desk.only.translation_key}",
        "items-0-heading-ru": "Заголовок",
    }
    data["items-0-heading-source"] = "ru"
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    issue = Issue.objects.get(pk=published.pk)
    assert (issue.number, [one.target for one in issue.items.all()]) == (67, before)
    assert issue.intro.text("ru") == "Другое слово"
    assert issue.items.first().heading.text("ru") == "Заголовок"
    data["items-TOTAL_FORMS"] = "4"
    story(data, 3, f"page:{desk.page('ru', 'Ещё', 'more').translation_key}", 4)
    assert client.post(address, data).status_code == 200
    assert issue.items.count() == 3


def test_a_published_issue_cannot_be_deleted(cast: Any, published: Any, log_in: Any) -> None:
    log_in(cast.editor).post(f"/admin/newsletter/delete/{published.pk}/")
    assert Issue.objects.filter(pk=published.pk).exists()


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans", "mn"])
def test_a_draft_is_previewed_in_each_language_and_kept_from_caches(
    cast: Any, issue: Any, log_in: Any, language: str
) -> None:
    answer = log_in(cast.editor).get(f"/admin/newsletter-desk/{issue.uuid}/preview/{language}/")
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert 'id="story-3"' in answer.content.decode()


def test_the_desk_publishes_and_sends(cast: Any, issue: Any, reader: Any, log_in: Any) -> None:
    reader("a@example.org")
    client = log_in(cast.editor)
    address = f"/admin/newsletter-desk/{issue.uuid}/"
    assert client.get(address).status_code == 200
    assert (
        client.post(f"{address}send/", {"office": str(cast.ours.uuid)}).status_code == 302
    )  # a draft: led away
    assert not Run.objects.filter(kind="newsletter.send").exists()
    client.post(f"{address}publish/")
    assert Issue.objects.get(pk=issue.pk).is_published
    assert Run.objects.filter(kind="newsletter.files").count() == 1
    page = client.get(address).content.decode()
    assert "1 reader waits" in page
    answer = client.post(f"{address}send/", {"office": str(cast.ours.uuid)})
    run = Run.objects.get(kind="newsletter.send")
    assert str(run.uuid) in answer["Location"] and run.office == cast.ours


def test_without_a_mail_server_the_desk_says_so(
    cast: Any, published: Any, settings: Any, log_in: Any
) -> None:
    settings.AMUR_MAIL_READY = False
    client = log_in(cast.editor)
    assert (
        "No mail server is set up" in client.get(f"/admin/newsletter-desk/{published.uuid}/").content.decode()
    )
    client.post(f"/admin/newsletter-desk/{published.uuid}/send/", {"office": str(cast.ours.uuid)})
    assert not Run.objects.filter(kind="newsletter.send").exists()


def test_another_office_sends_a_published_issue_to_its_own_lists_only(
    cast: Any, published: Any, log_in: Any
) -> None:
    client = log_in(cast.foreign_editor)
    address = f"/admin/newsletter-desk/{published.uuid}/"
    assert client.get(address).status_code == 200
    client.post(f"{address}send/", {"office": str(cast.ours.uuid)})
    assert not Run.objects.filter(kind="newsletter.send").exists()
    client.post(f"{address}send/", {"office": str(cast.theirs.uuid)})
    assert Run.objects.get(kind="newsletter.send").office == cast.theirs


@pytest.mark.parametrize("person", ["foreign_editor", "ranger", "data_manager", "administrator", "public"])
def test_a_draft_does_not_exist_for_others(cast: Any, issue: Any, log_in: Any, person: str) -> None:
    client = log_in(cast[person])
    for part in ("", "preview/en/"):
        assert client.get(f"/admin/newsletter-desk/{issue.uuid}/{part}").status_code in {302, 403, 404}
    assert client.post(f"/admin/newsletter-desk/{issue.uuid}/publish/").status_code in {302, 403, 404}
    assert not Issue.objects.get(pk=issue.pk).is_published


def test_addresses_are_shown_to_nobody_and_can_be_taken_off(
    cast: Any, issue: Any, reader: Any, log_in: Any
) -> None:
    reader("secret.person@example.org")
    reader("far@example.org", "zh-hans")
    client = log_in(cast.editor)
    page = client.get("/admin/newsletter-lists/")
    assert page.status_code == 200 and "secret.person" not in page.content.decode()
    for address in ("secret.person@example.org", "far@example.org", "nobody@example.org"):
        assert client.post("/admin/newsletter-lists/", {"address": address}).status_code == 302
    assert Subscriber.objects.filter(address="").count() == 1  # another office's list is not ours to change
    assert Subscriber.objects.get(language="zh-hans").state == "confirmed"
    assert log_in(cast.data_manager).get("/admin/newsletter-lists/").status_code in {302, 403, 404}

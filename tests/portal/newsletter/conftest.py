"""A small newsletter: two offices that run a language each, a news item in two languages, a publication."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kept_rows import kept

from amur.portal.languages.text import MultilingualText


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.AMUR_DATA = tmp_path
    settings.AMUR_MAIL_READY = True
    settings.AMUR_MAIL_BOUNCES = "bounces@centre.example"
    settings.DEFAULT_FROM_EMAIL = "newsletter@centre.example"
    settings.WAGTAILADMIN_BASE_URL = "https://centre.example"


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    from amur.portal.runs import actions

    calls: list[bool] = []
    monkeypatch.setattr(actions, "wake", lambda: calls.append(True))
    return calls


@pytest.fixture
def desk(cast: Any, records: Any) -> SimpleNamespace:
    """Stories to choose from: `news` in ru and zh-hans, `only` in ru alone, `book` a publication."""
    cast.ours.languages, cast.theirs.languages = ["ru"], ["zh-hans"]
    return SimpleNamespace(page=functools.partial(_page, cast, records), **kept(_make_stories, cast, records))


def _make_stories(cast: Any, records: Any) -> dict[str, Any]:
    from amur.portal.library.models import Publication

    cast.ours.save()
    cast.theirs.save()
    news = _page(
        cast, records, "ru", "Журавли вернулись", "cranes", summary="Первые пары",
        body=[("text", "<p>Полный <b>текст</b> новости.</p><ul><li>пункт</li></ul>")],
    )  # fmt: skip
    chinese = _page(
        cast, records, "zh-hans", "鹤群归来", "cranes", key=news.translation_key, summary="第一批"
    )
    only = _page(cast, records, "ru", "Только по-русски", "only", summary="Без перевода")
    book = Publication.objects.create(
        key="book", office=cast.ours, type="report", issued="2023-01",
        names=MultilingualText.of("en", en="Annual report", ru="Годовой отчёт"), is_published=True,
    )  # fmt: skip
    return {"news": news, "chinese": chinese, "only": only, "book": book}


def _page(cast: Any, records: Any, code: str, title: str, slug: str, key: Any = None, **more: Any) -> Any:
    from amur.portal.website.models import NewsIndexPage, NewsPage

    home = records.homes[code]
    index = NewsIndexPage.objects.child_of(home).first() or home.add_child(
        instance=NewsIndexPage(title="News", slug="news", locale=home.locale, source_language=code)
    )
    made = NewsPage(
        title=title, slug=slug, date=datetime.date(2023, 2, 1), locale=home.locale, source_language="ru",
        office=cast.ours, **more,
    )  # fmt: skip
    made.translation_key = key or made.translation_key
    index.add_child(instance=made)
    made.save_revision().publish()
    return made


@pytest.fixture
def issue(cast: Any, desk: Any) -> Any:
    """A draft of the first quarter of 2023 with three stories."""
    from amur.portal.newsletter.models import Issue, IssueItem

    made = Issue.objects.create(
        office=cast.ours, year=2023, quarter=1, intro=MultilingualText.of("ru", ru="Слово редакции")
    )
    for at, (kind, target, heading) in enumerate(
        (
            ("page", desk.news.translation_key, MultilingualText.of("en", en="Cranes are back")),
            ("page", desk.only.translation_key, MultilingualText()),
            ("publication", desk.book.uuid, MultilingualText()),
        )
    ):
        IssueItem.objects.create(issue=made, sort_order=at, kind=kind, target=target, heading=heading)
    return Issue.objects.get(pk=made.pk)


@pytest.fixture
def published(cast: Any, issue: Any) -> Any:
    from amur.portal.newsletter.actions import publish

    publish(issue, cast.editor)
    issue.refresh_from_db()
    return issue


@pytest.fixture
def reader(cast: Any) -> Callable[..., Any]:
    """Makes a confirmed reader of a list."""
    from amur.portal.newsletter import lists
    from amur.portal.newsletter.models import Subscriber

    def make(address: str, language: str = "ru", state: str = "confirmed") -> Any:
        office = cast.theirs if language == "zh-hans" else cast.ours
        return Subscriber.objects.create(
            mark=lists.mark_of(address, language),
            address=address,
            language=language,
            office=office,
            state=state,
        )

    return make

"""A Russian news item of our office, with the list that it stands in in every language."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from kept_rows import kept

if TYPE_CHECKING:
    from tests.conftest import Cast
    from tests.portal.conftest import Records

    from amur.portal.translations.models import Item, ItemState


@dataclass
class Newsroom:
    """The source page, and shortcuts to its work list."""

    cast: Cast
    page: Any
    indexes: dict[str, Any]

    @property
    def adapter(self) -> Any:
        from amur.portal.translations.registry import adapter_of

        return adapter_of("newspage")

    @property
    def item(self) -> Item:
        from amur.portal.translations.models import Item

        return Item.objects.get(kind="newspage", subject=self.page.translation_key)

    def state(self, language: str) -> ItemState:
        return self.item.states.get(language=language)

    def content(self) -> Any:
        return self.adapter.content(self.page.translation_key)

    def work(self, language: str, **more: Any) -> Any:
        """What a translator hands in who has just opened the editor."""
        from amur.portal.translations.actions import Work, source_token
        from amur.portal.translations.models import WorkState

        content = self.content()
        texts = {one.id: f"{language}: {one.text}" for one in content.wanted(language) if not one.rich}
        texts |= {
            one.id: one.text.replace("Тигр", f"{language} Тигр")
            for one in content.wanted(language)
            if one.rich
        }
        given: dict[str, Any] = {
            "texts": texts,
            "state": WorkState.REVIEWED,
            "token": self.adapter.token(self.page.translation_key, language),
            "source_token": source_token(content, language),
            "publish": True,
            **more,
        }
        return Work(**given)

    def translate(self, person: Any, language: str, **more: Any) -> Any:
        from amur.portal.translations.actions import write

        write(person, self.adapter, self.item, language, self.work(language, **more))
        return self.version(language)

    def version(self, language: str) -> Any:
        from amur.portal.website.models import NewsPage

        return NewsPage.objects.filter(
            translation_key=self.page.translation_key, locale__language_code=language
        ).first()

    def change_source(self, **fields: Any) -> None:
        page = type(self.page).objects.get(pk=self.page.pk)
        for name, value in fields.items():
            setattr(page, name, value)
        page.save_revision().publish()


BODY = [
    ("heading", "Следы"),
    ("text", "<p>Тигр <b>прошёл</b> через долину.</p>"),
    ("quote", {"text": "Мы ждали его.", "who": "Лесник"}),
    ("areas", "ramsar"),
]


@pytest.fixture
def newsroom(cast: Cast, records: Records) -> Newsroom:
    return kept(_make_newsroom, cast, records)


def _make_newsroom(cast: Cast, records: Records) -> Newsroom:
    from amur.portal.website.models import NewsIndexPage, NewsPage

    indexes: dict[str, Any] = {}
    for code, home in records.homes.items():
        index = NewsIndexPage(title="News", slug="news", locale=home.locale, source_language="en")
        if indexes:
            index.translation_key = indexes["en"].translation_key
        indexes[code] = home.add_child(instance=index)
    page = indexes["ru"].add_child(
        instance=NewsPage(
            title="Новость",
            slug="novost",
            summary="Коротко",
            date=datetime.date(2026, 5, 1),
            locale=records.homes["ru"].locale,
            source_language="ru",
            office=cast.ours,
            body=BODY,
        )
    )
    page.save_revision().publish()
    return Newsroom(cast, NewsPage.objects.get(pk=page.pk), indexes)

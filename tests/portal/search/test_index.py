"""The index holds what is public, all of it and nothing else, and follows every change at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from amur.portal.languages.text import MultilingualText
from amur.portal.search import actions
from amur.portal.search.models import Document, Word
from amur.portal.search.queries import search

if TYPE_CHECKING:
    from tests.conftest import Cast
    from tests.portal.conftest import Records

pytestmark = pytest.mark.django_db


def found(text: str, language: Any = "en") -> list[str]:
    return [one.item for one in search(text, language, as_typed=True).found]


def indexed() -> str:
    """Everything that the index keeps, as one text."""
    parts = [str(row) for row in Document.objects.values_list()] + [
        str(row) for row in Word.objects.values_list()
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM search_tokens")
        parts += [str(row) for row in cursor.fetchall()]
    return "\n".join(parts)


def rename(row: Any, **names: str) -> None:
    row.names = MultilingualText.of("en", **names)
    row.is_published = True
    row.save()


def test_a_released_record_is_found_at_once_and_forgotten_with_its_last_word(records: Records) -> None:
    area = records.ours["areas"]
    rename(area, en="Quellwald reserve", ru="Заповедник Квельвальд")
    assert found("quellwald") == [f"area:{area.uuid}"] == found("квельвальда", "ru")
    rename(area, en="Steppe reserve")
    assert found("quellwald") == [] and found("квельвальд") == []
    assert "quellwald" not in indexed().lower()
    area.is_published = False
    area.save()
    assert f"area:{area.uuid}" not in found("steppe reserve")
    assert str(area.uuid) not in indexed()


def test_a_deleted_record_leaves_nothing(records: Records) -> None:
    publication = records.ours["publications"]
    rename(publication, en="Quellwald in winter")
    assert found("quellwald")
    publication.delete()
    assert not found("quellwald") and "quellwald" not in indexed().lower()


def test_what_is_not_published_never_comes_in(cast: Cast) -> None:
    from amur.portal.species.models import Species

    Species.objects.create(
        key="hidden", office=cast.ours, scientific_name="Felis quellwaldensis", role="prey", confidence="high",
        names=MultilingualText.of("en", en="Quellwald cat"), is_published=False,
    )  # fmt: skip
    assert "quellwald" not in indexed().lower()


def test_a_fact_carries_the_name_of_what_it_is_about(records: Records) -> None:
    species, fact = records.ours["species"], records.ours["facts"]
    rename(species, en="Quellwald cat")
    assert set(found("quellwald")) == {f"species:{species.uuid}", f"fact:{fact.uuid}"}
    species.is_published = False
    species.save()
    assert found("quellwald") == [] and "quellwald" not in indexed().lower()


def test_an_animal_is_found_on_the_page_of_its_species(records: Records) -> None:
    species = records.ours["species"]
    species.scientific_name, species.sensitivity = "Capreolus pygargus", 4  # nothing to keep back
    species.save()
    rename(records.ours["animals"], en="Quellwald")
    assert found("quellwald") == [f"species:{records.ours['species'].uuid}"]
    records.ours["animals"].delete()
    assert found("quellwald") == [] and "quellwald" not in indexed().lower()


def page_of(records: Records, title: str, language: str = "en", **more: Any) -> Any:
    from amur.portal.website.models import TextPage

    home = records.homes[language]
    return home.add_child(instance=TextPage(title=title, locale=home.locale, live=False, **more))


def test_a_page_is_found_from_its_publication_to_its_withdrawal(records: Records) -> None:
    page = page_of(records, "Quellwald", body=[("text", "<p>Deep &amp; quiet <b>moss</b>land</p>")])
    revision = page.save_revision()
    assert found("quellwald") == [] and "quellwald" not in indexed().lower()
    revision.publish()
    assert found("quellwald") == [f"page:{page.translation_key}"] == found("mossland")
    page.refresh_from_db()
    page.title = "Moorgrund"
    page.save_revision()
    assert found("moorgrund") == [] and "moorgrund" not in indexed().lower()
    page.get_latest_revision().publish()
    assert found("moorgrund") and found("quellwald moorgrund", "ru")
    page.unpublish()
    assert found("moorgrund") == [] and str(page.translation_key) not in indexed()


def test_a_deleted_page_is_forgotten(records: Records) -> None:
    page = page_of(records, "Quellwald")
    page.save_revision().publish()
    page.delete()
    assert found("quellwald") == []


def test_a_page_keeps_its_other_languages_when_one_is_withdrawn(records: Records) -> None:
    english = page_of(records, "Quellwald")
    english.save_revision().publish()
    russian = page_of(records, "Квельвальд", language="ru", translation_key=english.translation_key)
    russian.save_revision().publish()
    assert Document.objects.filter(item=f"page:{english.translation_key}").count() == 2
    russian.refresh_from_db()
    russian.unpublish()
    assert [one.language for one in Document.objects.filter(item=f"page:{english.translation_key}")] == ["en"]


def test_a_new_path_of_a_page_is_followed_by_the_pages_below(
    records: Records, django_capture_on_commit_callbacks: Any
) -> None:
    from amur.portal.website.models import NewsIndexPage, NewsPage

    home = records.homes["en"]
    index = home.add_child(instance=NewsIndexPage(title="News", slug="news", locale=home.locale))
    news = NewsPage(title="Quellwald", slug="q", date="2024-01-01", locale=index.locale)
    index.add_child(instance=news)
    news.save_revision().publish()
    index.slug = "reports"
    with django_capture_on_commit_callbacks(execute=True):
        index.save_revision().publish()
    (document,) = Document.objects.filter(item=f"page:{news.translation_key}")
    assert document.addresses["en"] == "/en/reports/q/"
    assert document.addresses["mn"] == "/mn/reports/q/"  # read there as a labelled fallback


def test_rebuilding_changes_nothing_and_repairs_everything(records: Records) -> None:
    rename(records.ours["areas"], en="Quellwald reserve")
    actions.rebuild(anew=True)
    before = sorted(Document.objects.values_list("item", "language", "digest"))
    words = sorted(Word.objects.values_list("word", "token", "documents"))
    actions.rebuild()
    assert sorted(Document.objects.values_list("item", "language", "digest")) == before
    assert sorted(Word.objects.values_list("word", "token", "documents")) == words
    Document.objects.filter(kind="area").delete()
    Document.objects.create(
        source="areas", item="area:gone", kind="area", language="en", title="x", digest="x"
    )
    actions.rebuild()
    assert sorted(Document.objects.values_list("item", "language", "digest")) == before
    assert found("quellwald") == [f"area:{records.ours['areas'].uuid}"]


def test_counting_words_step_by_step_gives_the_same_as_counting_all(records: Records) -> None:
    actions.rebuild()  # the pages of these tests are live without ever having been published
    area = records.ours["areas"]
    for name in ("Quellwald one", "Quellwald two", "Moorgrund two"):
        rename(area, en=name)
    step_by_step = sorted(Word.objects.values_list("word", "token", "documents"))
    actions.rebuild(anew=True)
    assert sorted(Word.objects.values_list("word", "token", "documents")) == step_by_step


def test_what_is_postponed_comes_with_the_next_rebuild(records: Records) -> None:
    with actions.postponing():
        rename(records.ours["areas"], en="Quellwald reserve")
        assert found("quellwald") == []
        actions.rebuild()
    assert found("quellwald")


def test_a_rollback_takes_the_index_back(records: Records) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        rename(records.ours["areas"], en="Quellwald reserve")
        assert found("quellwald")
        raise RuntimeError
    assert found("quellwald") == []

"""Translating as work: missing, written, outdated with what changed, and never overwritten unseen."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from amur.portal.languages.text import MultilingualText, Status
from amur.portal.translations import actions
from amur.portal.translations.models import Item, ItemState, TranslatedSegment, WorkState
from amur.portal.translations.registry import Conflict, Refusal, adapter_of

pytestmark = pytest.mark.django_db


def test_a_published_page_is_missing_in_every_other_language(newsroom: Any) -> None:
    states = {one.language: one.state for one in newsroom.item.states.all()}
    assert states == {"ru": "source", "en": "missing", "zh-hans": "missing", "mn": "missing"}
    assert newsroom.item.office == newsroom.cast.ours
    assert [one.text for one in newsroom.content().segments][:2] == ["Новость", "Коротко"]
    assert "ramsar" not in {one.text for one in newsroom.content().segments}


def test_a_translator_makes_the_page_of_another_language_with_the_structure_of_the_source(
    newsroom: Any,
) -> None:
    page = newsroom.translate(newsroom.cast.foreign_editor, "zh-hans")
    assert (
        page.live
        and page.title == "zh-hans: Новость"
        and page.get_parent().pk == newsroom.indexes["zh-hans"].pk
    )
    assert [one.block_type for one in page.body] == ["heading", "text", "quote", "areas"]
    assert page.body[1].value.source == "<p>zh-hans Тигр <b>прошёл</b> через долину.</p>"
    assert page.body[2].value["who"] == "zh-hans: Лесник" and page.body[3].value == "ramsar"
    assert page.date == newsroom.page.date and page.office == newsroom.cast.ours
    assert page.source_language == "ru" and page.owner == newsroom.cast.foreign_editor
    assert newsroom.state("zh-hans").state == "reviewed" and newsroom.state("zh-hans").rank == 9
    seen = Client().get(f"/zh-hans/news/{page.slug}/")
    assert seen.status_code == 200 and "zh-hans: Новость" in seen.content.decode()


def test_the_source_changes_and_every_translation_is_outdated_at_once_with_what_changed(
    newsroom: Any,
) -> None:
    newsroom.translate(newsroom.cast.foreign_editor, "zh-hans")
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Коротко и ясно")
    for language in ("zh-hans", "en"):
        state = newsroom.state(language)
        assert (state.state, state.changed_segments, state.rank) == ("outdated", 1, 0)
        assert newsroom.version(language).translation_status == "outdated"
        row = TranslatedSegment.objects.get(item=newsroom.item, language=language, segment="summary")
        assert row.source_text == "Коротко" and row.text == f"{language}: Коротко"
    assert newsroom.state("mn").state == "missing"
    page = newsroom.version("en")
    said = Client().get("/en/news/" + page.slug + "/").content.decode()
    assert "The source text has changed since this translation." in said
    assert page.get_latest_revision_as_object().translation_status == "outdated"


def test_a_draft_of_the_source_outdates_nothing_before_it_is_published(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.page.refresh_from_db()
    newsroom.page.summary = "Ещё не решено"
    revision = newsroom.page.save_revision()
    assert newsroom.state("en").state == "reviewed"
    revision.publish()
    assert newsroom.state("en").state == "outdated"


def test_a_new_translation_of_what_changed_makes_it_reviewed_again(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Иначе")
    newsroom.translate(newsroom.cast.editor, "en")
    state = newsroom.state("en")
    assert (state.state, state.changed_segments) == ("reviewed", 0)
    assert newsroom.version("en").translation_status == "reviewed"


def test_blocks_added_and_taken_away_count_as_changes(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    page = type(newsroom.page).objects.get(pk=newsroom.page.pk)
    body = [dict(one) for one in page.body.raw_data]
    newsroom.change_source(body=[*body[1:], {"type": "heading", "value": "Ещё"}])
    assert (newsroom.state("en").state, newsroom.state("en").changed_segments) == ("outdated", 2)
    fresh = newsroom.translate(newsroom.cast.editor, "en")
    assert [one.block_type for one in fresh.body] == ["text", "quote", "areas", "heading"]
    assert newsroom.state("en").changed_segments == 0


def test_an_own_block_of_the_translation_stays_where_it_was(newsroom: Any) -> None:
    page = newsroom.translate(newsroom.cast.editor, "en")
    body = [dict(one) for one in page.body.raw_data]
    page.body = [body[0], {"type": "text", "value": "<p>A note for English readers.</p>"}, *body[1:]]
    page.save_revision(user=newsroom.cast.editor).publish()
    newsroom.change_source(summary="Иначе")
    fresh = newsroom.translate(newsroom.cast.editor, "en")
    assert [one.block_type for one in fresh.body] == ["heading", "text", "text", "quote", "areas"]
    assert "English readers" in str(fresh.body[1].value)


def test_saving_without_publishing_leaves_readers_what_they_have(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Иначе")
    texts = {"summary": "A new summary"}
    newsroom.translate(newsroom.cast.translator, "en", texts=texts, publish=False)
    page = newsroom.version("en")
    assert page.summary == "en: Коротко" and page.get_latest_revision_as_object().summary == "A new summary"
    state = newsroom.state("en")
    assert (state.state, state.draft_state, state.rank) == ("outdated", "reviewed", 4)
    page.get_latest_revision().publish()
    assert newsroom.state("en").state == "reviewed" and newsroom.state("en").changed_segments == 0


def test_a_source_that_changes_under_a_draft_leaves_the_draft_outdated_when_it_is_published(
    newsroom: Any,
) -> None:
    newsroom.translate(newsroom.cast.translator, "en", publish=False)
    newsroom.change_source(summary="Третье")
    assert newsroom.state("en").state == "outdated"
    newsroom.version("en").get_latest_revision().publish()
    state = newsroom.state("en")
    assert (state.state, state.changed_segments, state.is_public) == ("outdated", 1, True)


def test_a_page_saved_in_the_ordinary_editor_is_followed_too(newsroom: Any) -> None:
    page = newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Иначе")
    page = newsroom.version("en").get_latest_revision_as_object()
    page.summary, page.translation_status = "Otherwise", "reviewed"
    page.save_revision(user=newsroom.cast.editor).publish()
    assert (newsroom.state("en").state, newsroom.state("en").changed_segments) == ("reviewed", 0)


@pytest.mark.parametrize(
    ("who", "language", "allowed"),
    [
        ("translator", "en", True),
        ("foreign_editor", "zh-hans", True),
        ("foreign_editor", "en", True),
        ("editor", "zh-hans", False),
        ("editor", "mn", False),
        ("ranger", "en", False),
        ("auditor", "en", False),
        ("operator", "mn", True),
    ],
)
def test_an_office_writes_in_its_own_language_trees_and_the_common_one_only(
    newsroom: Any, who: str, language: str, allowed: bool
) -> None:
    person = newsroom.cast[who]
    if allowed:
        assert newsroom.translate(person, language, publish=False) is not None
        return
    with pytest.raises(PermissionDenied):
        newsroom.translate(person, language, publish=False)
    assert newsroom.version(language) is None


def test_a_translator_may_not_publish(newsroom: Any) -> None:
    with pytest.raises(PermissionDenied):
        newsroom.translate(newsroom.cast.translator, "en")
    assert newsroom.version("en") is None


def test_the_later_of_two_translators_sees_the_earlier_ones_text_and_overwrites_nothing(
    newsroom: Any,
) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    late = newsroom.work("en", texts={"summary": "Mine"})
    newsroom.translate(newsroom.cast.foreign_editor, "en", texts={"summary": "Theirs"})
    with pytest.raises(Conflict) as caught:
        actions.write(newsroom.cast.editor, newsroom.adapter, newsroom.item, "en", late)
    assert caught.value.theirs["summary"] == "Theirs"
    assert newsroom.version("en").summary == "Theirs"


def test_a_source_that_changes_while_it_is_translated_is_said(newsroom: Any) -> None:
    late = newsroom.work("en")
    newsroom.change_source(summary="Иначе")
    with pytest.raises(Conflict):
        actions.write(newsroom.cast.editor, newsroom.adapter, newsroom.item, "en", late)
    assert newsroom.version("en") is None


def test_tags_of_rich_text_must_come_back(newsroom: Any) -> None:
    texts = dict(newsroom.work("en").texts)
    rich = next(one for one in newsroom.content().segments if one.rich)
    with pytest.raises(ValidationError, match="</b>"):
        newsroom.translate(newsroom.cast.editor, "en", texts={**texts, rich.id: "<p>No bold</p>"})
    with pytest.raises(ValidationError, match="script"):
        newsroom.translate(
            newsroom.cast.editor, "en", texts={**texts, rich.id: f"{rich.text}<script>alert(1)</script>"}
        )
    assert newsroom.version("en") is None


def test_a_half_translation_is_a_draft_and_not_published(newsroom: Any) -> None:
    with pytest.raises(ValidationError, match="Still without translation"):
        newsroom.translate(newsroom.cast.editor, "en", texts={"title": "News"})
    newsroom.translate(
        newsroom.cast.editor, "en", texts={"title": "News"}, state=WorkState.DRAFT, publish=False
    )
    assert newsroom.state("en").state == "draft" and not newsroom.version("en").live


def test_coordinates_are_refused_in_a_translation_as_everywhere(newsroom: Any) -> None:
    texts = {**newsroom.work("en").texts, "summary": "At 48.51234 N, 135.01234 E"}
    with pytest.raises(ValidationError, match="coordinates"):
        newsroom.translate(newsroom.cast.editor, "en", texts=texts)


def test_two_translators_do_not_collide(newsroom: Any) -> None:
    state, adapter = newsroom.state("en"), newsroom.adapter
    assert actions.claim(newsroom.cast.translator, adapter, state)
    assert not actions.claim(newsroom.cast.foreign_editor, adapter, state)
    with pytest.raises(Refusal, match="translating this now"):
        newsroom.translate(newsroom.cast.foreign_editor, "en")
    assert newsroom.translate(newsroom.cast.translator, "en", publish=False)
    assert actions.release(newsroom.cast.translator, adapter, newsroom.state("en"))
    assert actions.claim(newsroom.cast.foreign_editor, adapter, newsroom.state("en"))
    assert not actions.release(newsroom.cast.translator, adapter, newsroom.state("en"))
    assert actions.release(newsroom.cast.editor, adapter, newsroom.state("en"))  # who may publish may free it


def test_a_claim_ends_by_itself(newsroom: Any) -> None:
    actions.claim(newsroom.cast.translator, newsroom.adapter, newsroom.state("en"))
    ItemState.objects.update(claimed=timezone.now() - actions.CLAIM - datetime.timedelta(minutes=1))
    assert actions.claim(newsroom.cast.foreign_editor, newsroom.adapter, newsroom.state("en"))


def test_texts_of_records_are_items_and_turn_outdated_when_their_source_changes(
    cast: Any, records: Any
) -> None:
    area, adapter = records.ours["areas"], adapter_of("area")
    assert adapter is not None
    item = Item.objects.get(kind="area", subject=area.uuid)
    assert {one.language: one.state for one in item.states.all()} == {
        "en": "source", "ru": "reviewed", "zh-hans": "missing", "mn": "missing",
    }  # fmt: skip
    content = adapter.content(area.uuid)
    assert content is not None
    work = actions.Work(
        {"names": "名称"}, WorkState.REVIEWED, adapter.token(area.uuid, "zh-hans"),
        actions.source_token(content, "zh-hans"),
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.write(cast.foreign_editor, adapter, item, "zh-hans", work)
    actions.write(cast.translator, adapter, item, "zh-hans", work)
    area.refresh_from_db()
    assert area.names.texts["zh-hans"].text == "名称"
    before = area.names
    area.names = MultilingualText(
        "en", {**before.texts, "en": type(before.texts["en"])("Another name", Status.REVIEWED)}
    )
    area.save()
    area.refresh_from_db()
    assert {str(area.names.texts[code].status) for code in ("ru", "zh-hans")} == {"outdated"}
    assert item.states.get(language="zh-hans").changed_segments == 1


def test_rebuilding_changes_nothing_that_is_already_right(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Иначе")
    actions.claim(newsroom.cast.editor, newsroom.adapter, newsroom.state("en"))

    def rows() -> list[Any]:
        states = ItemState.objects.order_by("pk").values_list(
            "pk", "state", "rank", "changed_segments", "claimed_by"
        )
        kept = TranslatedSegment.objects.order_by("pk").values_list("pk", "source_hash", "text", "state")
        return [*states, *kept]

    before = rows()
    assert actions.rebuild() == Item.objects.count() > 10
    assert rows() == before


def test_what_is_deleted_leaves_the_work_list(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.version("en").delete()
    assert newsroom.state("en").state == "missing"
    key = newsroom.page.translation_key
    type(newsroom.page).objects.get(pk=newsroom.page.pk).delete()
    assert not Item.objects.filter(subject=key).exists()

"""Pages as items to translate: one page a language, bound together by Wagtail's translation key.

What is written goes the way of the ordinary page editor: a revision by the person, published by who may.
"""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, Revision

from amur.portal.languages.codes import Language, as_language
from amur.portal.languages.models import slug_of
from amur.portal.release.actions import raise_generation
from amur.portal.translations.models import WorkState
from amur.portal.translations.registry import Content, Refusal, Version
from amur.portal.translations.segments import FIELDS, segments_of, translated_texts, with_texts
from amur.portal.website.insight import in_sight
from amur.portal.website.models import CentrePage
from amur.portal.website.page_editing import lock_versions
from amur.portal.website.page_forms import picture_problems

Versions = dict[Language, Any]


class PageAdapter:
    """The pages of one model."""

    is_page = True

    def __init__(self, model: type[CentrePage]) -> None:
        self.model = model
        self.kind = str(model._meta.model_name)
        self.label: str | Promise = model._meta.verbose_name_plural or self.kind

    def contents(self) -> Iterator[tuple[UUID, Content]]:
        rows = self.model.objects.select_related("locale", "latest_revision", "live_revision")
        for key, pages in groupby(
            rows.order_by("translation_key", "pk"), key=lambda one: one.translation_key
        ):
            yield key, _content({one.language: one for one in pages})

    def content(self, subject: UUID) -> Content | None:
        pages = self._pages(subject)
        return _content(pages) if pages else None

    def may_see(self, person: Any, subject: UUID) -> bool:
        """What is live is read by everybody; a draft by those who may see the draft."""
        pages = self._pages(subject)
        if not pages:
            return False
        source = source_of(pages)
        return bool(source.live) or in_sight(Page.objects.filter(pk=source.pk), person).exists()

    def may_write(self, person: Any, subject: UUID, language: Language) -> bool:
        pages = self._pages(subject)
        if language in pages:
            return bool(pages[language].permissions_for_user(person).can_edit())
        above = _parent(pages, language)
        return above is not None and bool(above.permissions_for_user(person).can_add_subpage())

    def may_publish(self, person: Any, subject: UUID, language: Language) -> bool:
        pages = self._pages(subject)
        if language in pages:
            return bool(pages[language].permissions_for_user(person).can_publish())
        above = _parent(pages, language)
        return above is not None and bool(above.permissions_for_user(person).can_publish_subpage())

    def lock(self, subject: UUID) -> None:
        lock_versions(subject)

    def token(self, subject: UUID, language: Language) -> str:
        page = self._pages(subject).get(language)
        return f"{page.pk}-{page.latest_revision_id or 0}" if page is not None else "none"

    def write(
        self,
        person: Any,
        subject: UUID,
        language: Language,
        texts: Mapping[str, str],
        state: WorkState,
        *,
        publish: bool,
    ) -> None:
        with transaction.atomic():
            pages = self._pages(subject)
            source = _as_translated(source_of(pages))
            target = pages.get(language)
            if target is None:
                target = self._copied(source, pages, language, texts, person)
                draft = target.get_latest_revision_as_object()
                known: dict[str, str] = {}
            else:
                draft = target.get_latest_revision_as_object()
                known = translated_texts(source, draft)
            self._fill(draft, source, {**known, **texts}, is_new=language not in pages)
            draft.translation_status = state.value
            draft.source_language = source.language
            if publish:
                _require_pictures(draft, language)
            revision = draft.save_revision(user=person, log_action=True)
            if publish:
                revision.publish(user=person)

    def mark_outdated(self, subject: UUID, language: Language, segments: Iterable[str]) -> None:
        page = self._pages(subject).get(language)
        if page is None:
            return
        revision = page.latest_revision
        if revision is not None and revision.content.get("translation_status") != WorkState.OUTDATED:
            # The newest revision is what an editor opens; it must not bring the old state back unseen.
            # It comes first, because saving the page makes the work list look at both.
            content = {**revision.content, "translation_status": WorkState.OUTDATED.value}
            Revision.objects.filter(pk=revision.pk).update(content=content)
        if page.translation_status != WorkState.OUTDATED:
            page.translation_status = WorkState.OUTDATED.value
            page.save(update_fields=["translation_status"], clean=False)
        raise_generation()

    def address(self, subject: UUID, language: Language) -> str:
        page = self._pages(subject).get(language)
        return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page is not None else ""

    def _pages(self, subject: UUID) -> Versions:
        rows = self.model.objects.filter(translation_key=subject, alias_of=None)
        related = rows.select_related("locale", "latest_revision", "live_revision").order_by("pk")
        return {one.language: one for one in related}

    def _copied(
        self, source: Any, pages: Versions, language: Language, texts: Mapping[str, str], person: Any
    ) -> Any:
        above = _parent(pages, language)
        if above is None:
            raise Refusal(_("The page above does not exist in this language yet; translate it first."))
        title = str(texts.get("title", "")).strip()
        slug = find_available_slug(above, slug_of(title, language) or source.slug)
        return source.copy(
            to=above,
            update_attrs={
                "locale": Locale.objects.get(language_code=language),
                "slug": slug,
                "title": title or source.title,
                "owner": person,
                "first_published_at": None,
                "last_published_at": None,
            },
            copy_revisions=False,
            keep_live=False,
            reset_translation_key=False,
            log_action="wagtail.copy_for_translation",
            user=person,
        )

    @staticmethod
    def _fill(draft: Any, source: Any, texts: Mapping[str, str], *, is_new: bool) -> None:
        for name in FIELDS:
            if not hasattr(draft, name):
                continue
            if name in texts:
                setattr(draft, name, texts[name].strip())
            elif is_new and name != "title":
                setattr(draft, name, "")
        if not draft.title:
            raise ValidationError({"title": _("Translate the title first.")})
        raw = with_texts(source, None if is_new else draft, texts, lambda: _blocks_ever(source))
        draft.body = StreamValue(draft.body.stream_block, raw, is_lazy=True)


def page_adapters() -> list[PageAdapter]:
    """One adapter for each kind of page that can be made."""
    return [
        PageAdapter(model)
        for model in apps.get_models()
        if issubclass(model, CentrePage) and model is not CentrePage
    ]


def source_of(pages: Versions) -> Any:
    """The page that the others are translated from: in its source language, else the oldest."""
    oldest = next(iter(pages.values()))
    return pages.get(as_language(oldest.source_language), oldest)


def _parent(pages: Versions, language: Language) -> Any:
    if not pages:
        return None
    above = source_of(pages).get_parent()
    if above is None or above.is_root():
        return None
    return Page.objects.filter(translation_key=above.translation_key, locale__language_code=language).first()


def _as_translated(page: Any) -> Any:
    """The source text that translators work on: what is published, else the draft."""
    return page if page.live else page.get_latest_revision_as_object()


def _content(pages: Versions) -> Content:
    page = source_of(pages)
    source = _as_translated(page)
    versions = {}
    for code, one in pages.items():
        if one is not page:
            versions[code] = [*_versions(source, one)]
    return Content(
        title=source.title[:300],
        office=getattr(page, "office_id", None),
        module=str(getattr(source, "module_key", "") or ""),
        source_language=source.language,
        is_public=page.live,
        changed=_when(page),
        segments=segments_of(source),
        versions=versions,
    )


def _versions(source: Any, page: Any) -> Iterator[Version]:
    if page.live:
        who = page.live_revision.user_id if page.live_revision is not None else None
        yield Version(
            texts=translated_texts(source, page),
            state=WorkState(page.translation_status),
            is_public=True,
            written=_when(page),
            who=who,
        )
    if not page.live or page.has_unpublished_changes:
        draft = page.get_latest_revision_as_object()
        revision = page.latest_revision
        yield Version(
            texts=translated_texts(source, draft),
            state=WorkState(draft.translation_status),
            is_public=False,
            is_draft=True,
            written=revision.created_at if revision is not None else None,
            who=revision.user_id if revision is not None else None,
        )


def _when(page: Any) -> datetime.datetime | None:
    found: datetime.datetime | None = page.last_published_at or page.latest_revision_created_at
    return found


def _blocks_ever(source: Any) -> frozenset[str]:
    """The identifiers of all blocks that the source has ever had."""
    found: set[str] = set()
    for content in source.revisions.values_list("content", flat=True):
        found |= {str(one.get("id")) for one in json.loads(content.get("body") or "[]")}
    return frozenset(found)


def _require_pictures(page: Any, language: Language) -> None:
    lead = getattr(page, "lead_picture", None)
    problems = [text for _name, text in picture_problems(lead, page.body, language)]
    if problems:
        raise ValidationError(problems)

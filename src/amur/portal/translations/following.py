"""Keeping the work list in step: what each item's source said when it was translated, and what changed since.

Called by `signals` whenever a page or record changes, and for everything by `actions.rebuild`.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.translations.models import Item, ItemState, TranslatedSegment, WorkState
from amur.portal.translations.registry import Adapter, Content, Version
from amur.portal.translations.segments import Segment

# The most urgent first; what is reviewed but not published waits behind all translating.
RANKS: Final[dict[WorkState, int]] = {
    WorkState.OUTDATED: 0,
    WorkState.MISSING: 1,
    WorkState.MACHINE: 2,
    WorkState.DRAFT: 3,
    WorkState.REVIEWED: 4,
}
NO_WORK: Final = 9
# What a changed source makes outdated; a machine's text stays labelled as such.
PERISHABLE: Final = frozenset({WorkState.DRAFT, WorkState.REVIEWED})

Rows = dict[str, TranslatedSegment]


def refresh(adapter: Adapter, subject: UUID) -> None:
    """Bring one item's rows in line with what it is now."""
    with transaction.atomic():
        content = adapter.content(subject)
        if content is None:
            Item.objects.filter(kind=adapter.kind, subject=subject).delete()
        else:
            store(adapter, subject, content)


def store(adapter: Adapter, subject: UUID, content: Content) -> Item:
    """Write the rows of one item, and mark translations whose source has changed as outdated."""
    item, made = Item.objects.update_or_create(
        kind=adapter.kind,
        subject=subject,
        defaults={
            "office_id": content.office,
            "module": content.module,
            "title": content.title,
            "source_language": content.source_language,
            "is_public": content.is_public,
        },
    )
    kept = [] if made else list(TranslatedSegment.objects.filter(item=item))
    if _follow_source(item, content, [one for one in kept if one.language == SOURCE]):
        item.changed = content.changed if made else timezone.now()
        item.save(update_fields=["changed"])
    elif item.changed is None and content.changed is not None:
        item.changed = content.changed
        item.save(update_fields=["changed"])
    states = {} if made else {one.language: one for one in item.states.all()}
    for language in LANGUAGES:
        rows = [one for one in kept if one.language == language]
        _follow_language(adapter, item, content, language, rows, states.get(language))
    return item


# The source's own texts are kept under a language of their own: a record's fields may have several sources.
SOURCE: Final = "source"


def _follow_source(item: Item, content: Content, kept: list[TranslatedSegment]) -> bool:
    """Note the source texts; says whether they changed."""
    known = {one.segment: one for one in kept}
    wanted = {one.id: one for one in content.segments}
    gone = [one.pk for name, one in known.items() if name not in wanted]
    if gone:
        TranslatedSegment.objects.filter(pk__in=gone).delete()
    changed = bool(gone)
    fresh = []
    for name, one in wanted.items():
        row = known.get(name)
        if row is not None and row.source_hash == one.hash:
            continue
        changed = True
        if row is None:
            fresh.append(_row(item, SOURCE, one, one.text, WorkState.SOURCE))
        else:
            row.source_hash, row.source_text, row.text = one.hash, one.text, one.text
            row.save(update_fields=["source_hash", "source_text", "text"])
    TranslatedSegment.objects.bulk_create(fresh)
    return changed


def _follow_language(
    adapter: Adapter,
    item: Item,
    content: Content,
    language: Language,
    kept: list[TranslatedSegment],
    state: ItemState | None,
) -> None:
    wanted = content.wanted(language)
    versions = content.versions.get(language, ())
    kept = _taken_over(versions, kept)
    summaries = []
    for draft in (False, True):
        rows = {one.segment: one for one in kept if one.is_draft == draft}
        version = next((one for one in versions if one.is_draft == draft), None)
        if version is None:
            if rows:
                TranslatedSegment.objects.filter(pk__in=[one.pk for one in rows.values()]).delete()
            continue
        summaries.append(_follow_version(adapter, item, wanted, language, version, rows))
    values = _state_values(item, content, language, wanted, summaries)
    if state is None:
        ItemState.objects.create(item=item, language=language, **values)
    elif any(getattr(state, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(state, name, value)
        state.save(update_fields=list(values))


def _taken_over(versions: Sequence[Version], kept: list[TranslatedSegment]) -> list[TranslatedSegment]:
    """A draft that became what readers see brings along what its translator had in view."""
    drafts = {one.segment: one for one in kept if one.is_draft}
    if not drafts or any(one.is_draft for one in versions):
        return kept
    shown = next(iter(versions), None)
    if shown is None or any(shown.texts.get(name, "") != one.text for name, one in drafts.items()):
        return kept
    before = [one for one in kept if not one.is_draft and one.segment in drafts]
    TranslatedSegment.objects.filter(pk__in=[one.pk for one in before]).delete()
    TranslatedSegment.objects.filter(pk__in=[one.pk for one in drafts.values()]).update(is_draft=False)
    for one in drafts.values():
        one.is_draft = False
    return [one for one in kept if one not in before]


@dataclass(slots=True)
class _Summary:
    """What became of one version."""

    version: Version
    state: WorkState
    changed: list[str] = field(default_factory=list)
    moved: bool = False


def _follow_version(
    adapter: Adapter,
    item: Item,
    wanted: list[Segment],
    language: Language,
    version: Version,
    rows: Rows,
) -> _Summary:
    found = _Summary(version, version.state)
    is_first = not rows
    is_declared = any(
        one.state != version.state_of(one.segment) and version.state_of(one.segment) != WorkState.OUTDATED
        for one in rows.values()
    )
    fresh, moved = [], []
    for one in wanted:
        text = version.texts.get(one.id, "")
        now = version.state_of(one.id)
        row = rows.pop(one.id, None)
        if row is None:
            if text or is_first or is_declared:
                fresh.append(_row(item, language, one, text, now, version))
            else:
                found.changed.append(one.id)
            continue
        is_fresh = row.text != text or (row.state != now and now != WorkState.OUTDATED)
        if is_fresh:
            row.source_hash, row.source_text, row.text = one.hash, one.text, text
            row.written, row.who_id = version.written or timezone.now(), version.who
            found.moved = True
        elif row.source_hash != one.hash:
            found.changed.append(one.id)
        if is_fresh or row.state != now:
            row.state = now
            moved.append(row)
    if rows:  # their source is gone
        if is_declared:
            TranslatedSegment.objects.filter(pk__in=[one.pk for one in rows.values()]).delete()
        else:
            found.changed += list(rows)
    found.moved = found.moved or bool(fresh and not is_first)
    TranslatedSegment.objects.bulk_create(fresh)
    _save(moved)
    _mark(adapter, item, language, version, found)
    return found


def _save(rows: list[TranslatedSegment]) -> None:
    TranslatedSegment.objects.bulk_update(
        rows, ["source_hash", "source_text", "text", "state", "written", "who"]
    )


def _mark(adapter: Adapter, item: Item, language: Language, version: Version, found: _Summary) -> None:
    """Turn what the source has left behind into `outdated`, where readers and translators see it."""
    perished = [one for one in found.changed if version.state_of(one) in PERISHABLE]
    if not perished:
        return
    found.state = WorkState.OUTDATED
    # The kept rows say it first, so that the change of the page or record itself is nothing new to them.
    rows = TranslatedSegment.objects.filter(item=item, language=language, is_draft=version.is_draft)
    (rows if adapter.is_page else rows.filter(segment__in=perished)).update(state=WorkState.OUTDATED)
    adapter.mark_outdated(item.subject, language, perished)


def _state_values(
    item: Item,
    content: Content,
    language: Language,
    wanted: list[Segment],
    summaries: list[_Summary],
) -> dict[str, Any]:
    if not wanted:
        state, rank = WorkState.SOURCE, NO_WORK
        return _values(state, rank, 0, is_public=content.is_public)
    if not summaries:
        rank = RANKS[WorkState.MISSING] if content.segments else NO_WORK
        return _values(WorkState.MISSING, rank, len(wanted))
    shown, latest = summaries[0], summaries[-1]
    rank = RANKS[latest.state]  # a reviewed draft waits to be published
    if latest.state == WorkState.REVIEWED and not latest.version.is_draft:
        rank = NO_WORK
    if latest.changed and latest.state == WorkState.MACHINE:
        rank = RANKS[WorkState.OUTDATED]
    values = _values(
        shown.state, rank, len(wanted), changed=len(latest.changed), is_public=shown.version.is_public
    )
    values["draft_state"] = latest.state if latest is not shown else ""
    values["translated"] = latest.version.written or _last_written(item, language)
    return values


def _values(
    state: WorkState, rank: int, segments: int, *, changed: int = 0, is_public: bool = False
) -> dict[str, Any]:
    return {
        "state": state,
        "draft_state": "",
        "rank": rank,
        "segments": segments,
        "changed_segments": changed,
        "is_public": is_public,
        "translated": None,
    }


def _last_written(item: Item, language: Language) -> datetime.datetime | None:
    """When a record's text was last seen to change; unknown for what was there before."""
    rows = TranslatedSegment.objects.filter(item=item, language=language, written__isnull=False)
    return rows.order_by("-written").values_list("written", flat=True).first()


def _row(
    item: Item,
    language: str,
    segment: Segment,
    text: str,
    state: WorkState,
    version: Version | None = None,
) -> TranslatedSegment:
    return TranslatedSegment(
        item=item,
        language=language,
        segment=segment.id,
        source_hash=segment.hash,
        source_text=segment.text,
        text=text,
        state=state,
        is_draft=version.is_draft if version is not None else False,
        who_id=version.who if version is not None else None,
        written=version.written if version is not None else None,
    )


def snapshots(item: Item, language: Language) -> Mapping[str, TranslatedSegment]:
    """What the source said when the latest version was translated, by segment."""
    rows = TranslatedSegment.objects.filter(item=item, language=language).order_by("is_draft")
    return {one.segment: one for one in rows}

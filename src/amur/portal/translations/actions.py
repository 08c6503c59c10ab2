"""The verbs of translating: claim and release, write, rebuild. The views, runs and commands all come here."""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from amur.portal.audit.actions import batch
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.translations import following
from amur.portal.translations.inline import problems_of_tags
from amur.portal.translations.models import Item, ItemState, Term, WorkState
from amur.portal.translations.registry import Adapter, Conflict, Content, Refusal, adapters
from amur.portal.translations.segments import Segment, hash_of

CLAIM: Final = datetime.timedelta(days=3)
WRITABLE: Final = frozenset({WorkState.DRAFT, WorkState.REVIEWED, WorkState.MACHINE})


@dataclass(frozen=True, slots=True)
class Work:
    """What a translator hands in: texts by segment, and what was in view when writing them."""

    texts: Mapping[str, str]
    state: WorkState
    token: str
    source_token: str
    publish: bool = False


def source_token(content: Content, language: Language) -> str:
    """What changes with every change of the source text."""
    joined = "".join(f"{one.id}={one.hash};" for one in content.wanted(language))
    return hash_of(joined)[:24]


def write(person: Any, adapter: Adapter, item: Item, language: Language, work: Work) -> None:
    """Store a translation with the rights and by the way of the item's ordinary editing page.

    Raises PermissionDenied without the right, Conflict when the translation or its source was changed after
    it was opened, Refusal or ValidationError with messages for the translator. Nothing is stored then.
    """
    if work.state not in WRITABLE:
        raise ValueError(f"nobody writes a translation as {work.state}")
    with transaction.atomic():
        # Two who save at the same moment do so one after the other; the page or record is locked first, as
        # its ordinary editing page does it.
        adapter.lock(item.subject)
        Item.objects.select_for_update().get(pk=item.pk)
        content = adapter.content(item.subject)
        if content is None:
            raise Refusal(_("This item is not there any more."))
        if not adapter.may_write(person, item.subject, language):
            raise PermissionDenied
        if work.publish and not adapter.may_publish(person, item.subject, language):
            raise PermissionDenied
        _require_claim(person, item, language)
        _require_unchanged(adapter, item, language, content, work)
        _require_whole(content, language, work)
        adapter.write(person, item.subject, language, work.texts, work.state, publish=work.publish)
        following.refresh(adapter, item.subject)


def _require_claim(person: Any, item: Item, language: Language) -> None:
    holder = holder_of(
        ItemState.objects.filter(item=item, language=language).select_related("claimed_by").first()
    )
    if holder is not None and holder.pk != person.pk:
        raise Refusal(
            _("%(person)s is translating this now. Ask for it to be released, or wait.") % {"person": holder}
        )


def _require_unchanged(
    adapter: Adapter, item: Item, language: Language, content: Content, work: Work
) -> None:
    latest = content.latest(language)
    theirs = dict(latest.texts) if latest is not None else {}
    if adapter.token(item.subject, language) != work.token:
        raise Conflict(
            _(
                "Somebody else has saved this translation since you opened it. Both texts stand below; "
                "nothing is lost. Save again to put yours in its place."
            ),
            theirs,
        )
    if source_token(content, language) != work.source_token:
        raise Conflict(
            _(
                "The source text has changed since you opened it. The changed parts are marked below; "
                "look at your translation again, then save."
            ),
            {},
        )


def _require_whole(content: Content, language: Language, work: Work) -> None:
    problems = []
    known = content.latest(language)
    texts = {**(known.texts if known is not None else {}), **work.texts}
    wanted = content.wanted(language)
    ids = {one.id for one in wanted}
    if unknown := sorted(set(work.texts) - ids):
        raise Refusal(_("The source has no part “%(part)s”.") % {"part": unknown[0]})
    for one in wanted:
        text = texts.get(one.id, "").strip()
        if one.rich and text and one.id in work.texts:
            problems += [f"{one.label}: {problem}" for problem in problems_of_tags(one.text, text)]
    missing = [one for one in wanted if not texts.get(one.id, "").strip()]
    if missing and (work.publish or work.state == WorkState.REVIEWED) and _is_page(wanted):
        problems.append(
            _("Still without translation: %(parts)s.")
            % {"parts": ", ".join(str(one.label) for one in missing)}
        )
    if problems:
        raise ValidationError(problems)


def _is_page(wanted: Sequence[Segment]) -> bool:
    """Whether all parts belong together, as those of a page do; a record's fields stand each for itself."""
    return any(one.id == "title" for one in wanted)


def holder_of(state: ItemState | None) -> Any:
    """Who has claimed it, None when nobody has or the claim is too old."""
    if state is None or state.claimed_by is None or state.claimed is None:
        return None
    return state.claimed_by if state.claimed > timezone.now() - CLAIM else None


def claim(person: Any, adapter: Adapter, state: ItemState) -> bool:
    """Take an item for oneself; False when somebody else has it. Raises PermissionDenied."""
    if not adapter.may_write(person, state.item.subject, state.language):  # type: ignore[arg-type]
        raise PermissionDenied
    now = timezone.now()
    free = Q(claimed_by=None) | Q(claimed_by=person) | Q(claimed__lt=now - CLAIM)
    return bool(ItemState.objects.filter(free, pk=state.pk).update(claimed_by=person, claimed=now))


def release(person: Any, adapter: Adapter, state: ItemState) -> bool:
    """Give an item back: one's own, or anybody's for those who may publish the translation."""
    rows = ItemState.objects.filter(pk=state.pk, claimed_by__isnull=False)
    if not adapter.may_publish(person, state.item.subject, state.language):  # type: ignore[arg-type]
        rows = rows.filter(claimed_by=person)
    return bool(rows.update(claimed_by=None, claimed=None))


def list_again(row: Model) -> None:
    """Bring one record's rows in line, after it was saved where many are loaded at once."""
    adapter = adapters().get(str(row._meta.model_name))
    if adapter is not None:
        following.refresh(adapter, row.uuid)  # type: ignore[attr-defined]  # records have one


def rebuild(progress: Callable[[float], None] = lambda share: None) -> int:
    """Bring the whole work list in line with pages and records; returns the number of items."""
    count = 0
    every = list(adapters().values())
    with transaction.atomic():
        for number, adapter in enumerate(every):
            seen = []
            for subject, content in adapter.contents():
                following.store(adapter, subject, content)
                seen.append(subject)
            Item.objects.filter(kind=adapter.kind).exclude(subject__in=seen).delete()
            count += len(seen)
            progress((number + 1) / len(every))
    return count


def load_terms() -> int:
    """Put the program's own terms into the glossary; terms that are there stay as editors made them."""
    rows = json.loads((Path(__file__).parent / "glossary.json").read_text(encoding="utf-8"))
    known = set(Term.objects.values_list("key", flat=True))
    fresh = [row for row in rows if row["key"] not in known]
    with batch():
        for row in fresh:
            texts = {code: Translation(row[code], Status.DRAFT) for code in LANGUAGES if row.get(code)}
            texts["en"] = Translation(row["en"], Status.REVIEWED)
            Term.objects.create(
                key=row["key"],
                names=MultilingualText("en", texts),
                forbidden=row["forbidden"],
                note=row["note"],
            )
    return len(fresh)

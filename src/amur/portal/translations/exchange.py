"""Items for translators outside: written to XLIFF and PO, and taken back all or nothing.

A unit is refused when it is unknown, when its source text has changed meanwhile, when its tags are broken or
when the person may not write it. One refused unit keeps the whole file out, unless the others are asked for.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from amur.formats.errors import FormatErrors
from amur.formats.po import read_po, write_po
from amur.formats.units import Batch, Unit
from amur.formats.xliff import read_xliff, write_xliff
from amur.portal.audit.actions import batch
from amur.portal.editing.words import told
from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, Language
from amur.portal.translations import actions
from amur.portal.translations.inline import problems_of_tags
from amur.portal.translations.models import Item, WorkState
from amur.portal.translations.registry import Adapter, Content, Refusal, adapter_of
from amur.portal.translations.segments import hash_of

Format = Literal["xliff", "po"]
ENDINGS: Final[dict[Format, str]] = {"xliff": "xlf", "po": "po"}
LIMIT_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A refused unit: its number in the file, what it belongs to, and why."""

    number: int
    unit: str
    message: str


@dataclass(slots=True)
class Report:
    """What an import did, or why it did nothing."""

    written: int = 0
    unchanged: int = 0
    empty: int = 0
    refused: list[Row] = field(default_factory=list)
    is_done: bool = False


def export_items(items: Iterable[Item], target: Language, form: Format) -> dict[str, bytes]:
    """The files, by name: one for each language that the sources are in."""
    units: dict[Language, list[Unit]] = {}
    for item in items:
        adapter = adapter_of(item.kind)
        content = adapter.content(item.subject) if adapter is not None else None
        if content is not None:
            for one in _units(item, content, target):
                units.setdefault(one[0], []).append(one[1])
    write = write_xliff if form == "xliff" else write_po
    return {
        f"{source}-{target}.{ENDINGS[form]}": write(Batch(HTML_TAGS[source], HTML_TAGS[target], tuple(found)))
        for source, found in units.items()
    }


def _units(item: Item, content: Content, target: Language) -> Iterable[tuple[Language, Unit]]:
    latest = content.latest(target)
    for one in content.wanted(target):
        text = latest.texts.get(one.id, "") if latest is not None else ""
        state = latest.state_of(one.id) if latest is not None and text else WorkState.MISSING
        yield (
            one.language,
            Unit(
                item=f"{item.kind}/{item.subject}",
                id=one.id,
                source=one.text,
                target=text,
                state=state.value,
                rich=one.rich,
                title=" ".join(content.title.split()),
                note=" ".join(str(one.label).split()),
            ),
        )


def read(data: bytes, name: str) -> Batch:
    """The units of a file by its name's ending. Raises FormatErrors."""
    return read_po(data, name) if name.lower().endswith(".po") else read_xliff(data, name)


@dataclass(slots=True)
class _Work:
    """What a file brings for one item."""

    adapter: Adapter
    item: Item
    content: Content
    texts: dict[str, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    states: set[str] = field(default_factory=set)


def import_batch(person: Any, given: Batch, *, publish: bool = False, skip_refused: bool = False) -> Report:
    """Take the translations of a file. Texts that are there already change nothing, so it may be repeated.

    The state is `reviewed` for whole items all of whose units say so, else `draft`. Raises Refusal for a
    language that is not the centre's.
    """
    target = _language(given.target_language)
    report = Report()
    with suppress(_Undone), transaction.atomic(), batch():
        for work in _by_item(person, given, target, report):
            try:
                with transaction.atomic():
                    _write(person, work, target, publish)
                report.written += len(work.texts)
            except (Refusal, ValidationError, PermissionDenied) as error:
                said = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                said = said or _("You may not write this translation.")
                report.refused.append(Row(work.numbers[0], work.item.title, said))
        report.refused.sort(key=lambda one: one.number)
        report.is_done = skip_refused or not report.refused
        if not report.is_done:
            report.written = 0
            raise _Undone
    return report


class _Undone(Exception):
    """Takes back what a refused file has written so far."""


def _write(person: Any, work: _Work, target: Language, publish: bool) -> None:
    latest = work.content.latest(target)
    texts = {**(latest.texts if latest is not None else {}), **work.texts}
    is_whole = all(texts.get(one.id, "").strip() for one in work.content.wanted(target))
    is_reviewed = work.states == {"reviewed"} and is_whole
    actions.write(
        person,
        work.adapter,
        work.item,
        target,
        actions.Work(
            texts=work.texts,
            state=WorkState.REVIEWED if is_reviewed else WorkState.DRAFT,
            token=work.adapter.token(work.item.subject, target),
            source_token=actions.source_token(work.content, target),
            publish=publish and work.adapter.is_page,
        ),
    )


def _by_item(person: Any, given: Batch, target: Language, report: Report) -> list[_Work]:
    works: dict[str, _Work | None] = {}
    for number, unit in enumerate(given.units, start=1):
        if unit.item not in works:
            works[unit.item] = _work(person, unit.item, target)
        work = works[unit.item]
        problem = _problem(work, unit, target)
        if problem:
            report.refused.append(Row(number, f"{unit.title or unit.item} {unit.id}", problem))
        elif not unit.target.strip():
            report.empty += 1
        elif work is not None and _is_there(work, unit, target):
            report.unchanged += 1
        elif work is not None:
            work.texts[unit.id] = unit.target
            work.numbers.append(number)
            work.states.add(unit.state)
    return [one for one in works.values() if one is not None and one.texts]


def _work(person: Any, name: str, target: Language) -> _Work | None:
    kind, _slash, subject = name.partition("/")
    adapter = adapter_of(kind)
    try:
        key = UUID(subject)
    except ValueError:
        return None
    if adapter is None or not adapter.may_see(person, key):
        return None
    item = Item.objects.filter(kind=kind, subject=key).first()
    content = adapter.content(key)
    return _Work(adapter, item, content) if item is not None and content is not None else None


def _problem(work: _Work | None, unit: Unit, target: Language) -> str:
    if work is None:
        return _("There is no such item here.")
    segment = next((one for one in work.content.wanted(target) if one.id == unit.id), None)
    if segment is None:
        return _("The item has no such part any more.")
    if hash_of(unit.source) != segment.hash:
        return _("The source text has changed since the file was made; export it again.")
    if segment.rich and unit.target.strip():
        return "; ".join(problems_of_tags(segment.text, unit.target))
    return ""


def _is_there(work: _Work, unit: Unit, target: Language) -> bool:
    latest = work.content.latest(target)
    if latest is None:
        return False
    same = latest.texts.get(unit.id, "").strip() == unit.target.strip()
    state = latest.state_of(unit.id)
    return same and (state.value == unit.state or (unit.state != "reviewed" and state != WorkState.MISSING))


def _language(tag: str) -> Language:
    for code in LANGUAGES:
        if HTML_TAGS[code].casefold() == tag.casefold() or code == tag.casefold():
            return code
    raise Refusal(
        _("“%(tag)s” is none of the languages of this centre (%(known)s).")
        % {"tag": tag, "known": ", ".join(HTML_TAGS.values())}
    )


def problems_in_words(error: FormatErrors) -> Sequence[Row]:
    """The problems of a file that cannot be read, as rows of a report."""
    return [Row(one.row or 0, one.column or "", told(one)) for one in error.problems]

"""What the search finds of the facts: each figure under the name of what it is about."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from amur.portal.facts.figures import figure, period
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, lines, words_in
from amur.portal.website.shell import addresses

SUBJECTS = ("species", "area")
Subjects = Mapping[str, Released]


def items() -> Iterator[Item]:
    """Every released fact."""
    subjects = {f"{row.kind}:{row.key}": row for row in released(SUBJECTS)}
    for row in released("fact"):
        yield item(row, subjects)


def of_fact(row: Released) -> Iterable[Item]:
    """The one fact."""
    kind, _colon, key = row.subject.partition(":")
    return [item(row, {f"{one.kind}:{one.key}": one for one in released(kind).filter(key=key)})]


def of_subject(kind: str) -> Callable[[Released], Iterable[Item]]:
    """The facts about a species or an area, which carry its name."""

    def found(row: Released) -> Iterable[Item]:
        subject = f"{kind}:{row.key}"
        is_there = released(kind).filter(pk=row.pk).exists()
        rows = released("fact").filter(subject=subject)
        return [item(one, {subject: row} if is_there else {}) for one in rows]

    return found


def item(row: Released, subjects: Subjects) -> Item:
    """A fact in the languages in which its subject or the fact itself has a name."""
    subject = subjects.get(row.subject)
    texts = {code: text for code in LANGUAGES if (text := _text(row, subject, code))}
    return Item(
        identity=identity_of(row),
        kind="fact",
        texts=texts,
        addresses=addresses("fact", lambda code: {"uuid": row.uuid}),
        date=str(row.fields.get("period_start") or ""),
        subjects=frozenset({row.subject, *_subjects_of(subject)}),
    )


def _subjects_of(subject: Released | None) -> Iterable[str]:
    return (f"country:{code}" for code in (subject.fields.get("countries") or () if subject else ()))


def _text(row: Released, subject: Released | None, language: Language) -> Text | None:
    names = (row.names, subject.names if subject else MultilingualText())
    name = next((one.texts[language].text for one in names if one.has(language)), "")
    if not name:
        return None
    fields = row.fields
    with translation.override(language):
        number, when = figure(fields, language), period(fields, language)
    said = [words_in(fields.get(one), language) for one in ("place", "place_detail", "method", "notes")]
    about = words_in(subject.names, language) if subject else ""
    return Text(
        title=f"{name}: {number}",
        summary=" · ".join(part for part in (when, said[0]) if part),
        body=lines(about if about != name else "", *said[1:]),
    )


SEARCHED = Source(
    name="facts",
    kinds={"fact": Kind(_("Fact"), weight=0.2, is_detail=True)},
    items=items,
    released={"fact": of_fact, **{kind: of_subject(kind) for kind in SUBJECTS}},
)

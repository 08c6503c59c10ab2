"""What the search finds of the events: each with its programme, its speakers and its place in words."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from amur.portal.events.queries import listed
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, lines, words_in
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released event."""
    for row in released("event"):
        yield item(row)


def item(row: Released) -> Item:
    """An event in the languages in which it has a title."""
    fields = row.fields
    areas = {fields["area_key"], *fields["areas"]} - {None}
    subjects = {
        *(f"country:{code}" for code in fields["countries"]),
        *(f"species:{key}" for key in fields["species"]),
        *(f"area:{key}" for key in areas),
        *([f"module:{fields['module']}"] if fields.get("module") else []),
    }
    return Item(
        identity=identity_of(row),
        kind="event",
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("event", lambda code: {"slug": slug_in(row, code)}),
        date=str(fields.get("start") or ""),
        subjects=frozenset(subjects),
    )


def _text(row: Released, language: Language) -> Text:
    return Text(
        title=row.names.texts[language].text,
        summary=words_in(row.fields.get("summary"), language),
        body=lines(words_in(row.fields.get("place"), language), *_programme(row, language)),
    )


def _programme(row: Released, language: Language) -> Iterator[str]:
    for session in listed(row, "sessions"):
        yield words_in(session["name"], language)
        for talk in session["talks"]:
            yield words_in(talk["name"], language)
            yield words_in(talk["abstract"], language)
            yield "; ".join(talk["speakers"])


SEARCHED = Source(
    name="events",
    kinds={"event": Kind(_("Event"), weight=0.9)},
    items=items,
    released={"event": lambda row: [item(row)]},
)

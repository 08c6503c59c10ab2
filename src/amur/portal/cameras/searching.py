"""What the search finds of the room: released projects, by name, notes and species."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, words_in
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released project."""
    for row in released("camera-project"):
        yield item(row)


def item(row: Released) -> Item:
    """A project in the languages in which it has a name."""
    return Item(
        identity=identity_of(row),
        kind=row.kind,
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("cameras-project", lambda code: {"uuid": row.uuid}),
        date=str(row.fields["period_end"] or ""),
    )


def _text(row: Released, language: Language) -> Text:
    fields = row.fields
    with translation.override(language):
        made_up = _("simulated") if fields["simulated"] else ""
    species = [name for name in fields["species"] or [] if isinstance(name, str)]
    return Text(
        title=row.names.texts[language].text,
        summary=" · ".join(part for part in (made_up, ", ".join(species)) if part),
        body=words_in(fields["notes"], language),
        keywords=(row.key.replace("-", " "),),
    )


SEARCHED = Source(
    name="cameras",
    kinds={"camera-project": Kind(gettext_lazy("Camera-trap project"))},
    items=items,
    released={"camera-project": lambda row: [item(row)]},
)

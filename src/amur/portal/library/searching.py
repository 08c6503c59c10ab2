"""What the search finds of the library: publications with their annotations and authors."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, words_in
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released publication."""
    for row in released("publication"):
        yield item(row)


def item(row: Released) -> Item:
    """A publication in the languages in which it has a title."""
    fields = row.fields
    subjects = {
        *(f"country:{code}" for code in fields["countries"]),
        *(f"species:{key}" for key in fields["species"]),
        *(f"area:{key}" for key in fields["areas"]),
        *([f"module:{fields['module']}"] if fields.get("module") else []),
    }
    return Item(
        identity=identity_of(row),
        kind="publication",
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("publication", lambda code: {"slug": slug_in(row, code)}),
        date=str(fields["issued"]),
        subjects=frozenset(subjects),
    )


def _text(row: Released, language: Language) -> Text:
    fields = row.fields
    numbers = (str(fields.get(name) or "") for name in ("doi", "isbn"))
    return Text(
        title=row.names.texts[language].text,
        summary="; ".join(fields["authors"]),
        body=words_in(fields.get("annotation"), language),
        keywords=(str(fields.get("publisher") or ""), *numbers),
    )


SEARCHED = Source(
    name="library",
    kinds={"publication": Kind(_("Publication"))},
    items=items,
    released={"publication": lambda row: [item(row)]},
)

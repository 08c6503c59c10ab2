"""Forms of phones and independent incidents: as they come in, as rows, and out again. Called by `importing`.

Both are kept as whole documents; what pages list stands in columns beside them.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import translation

from amur.formats.errors import FormatErrors
from amur.formats.smart import ConfigurableModel, Document, instants_of
from amur.formats.smart import Incident as Content
from amur.formats.smart.configurable import FormName, Node
from amur.formats.smart.datamodel import Name
from amur.formats.smart.patrol import Observation
from amur.formats.smart.words import Meaning, Words, words_of
from amur.portal.languages.codes import Language
from amur.portal.offices.models import Office
from amur.portal.patrols import modelling
from amur.portal.patrols.models import Act, Attribute, Form, Incident
from amur.portal.patrols.packing import packed, unpacked


@dataclass(frozen=True, slots=True)
class GivenForm:
    """A form of a file, or (without a document) the words of patrols."""

    file: str
    kind: Form.Kind
    code: str
    document: Document[ConfigurableModel] | None
    content: Any
    sha256: str


@dataclass(frozen=True, slots=True)
class GivenIncident:
    """An incident of a file or of a phone."""

    file: str
    document: Document[Content]
    content: dict[str, Any]
    sha256: str

    @property
    def code(self) -> str:
        """What it is known by."""
        return self.document.content.id


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page of a form as the reader sees it: how deep it lies, its name, category and attributes."""

    depth: int
    name: str
    category: str
    attributes: list[str]


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def given_form(file: str, document: Document[ConfigurableModel]) -> GivenForm:
    """A form, known by its name in its first language."""
    content = packed(document.content)
    codes = [one.code for one in document.content.languages.languages if one.is_default]
    names = sorted(document.content.names, key=lambda name: name.language not in codes)
    code = names[0].value[:400] if names else ""
    return GivenForm(file, Form.Kind.FORM, code, document, content, _hash(content))


def given_words(file: str, content: Any) -> GivenForm:
    """The words of patrols, known by the name of their file."""
    return GivenForm(file, Form.Kind.WORDS, Path(file).stem[:400], None, content, _hash(content))


def given_incident(file: str, document: Document[Content]) -> GivenIncident:
    """An incident, known by its identifier."""
    content = packed(document.content)
    return GivenIncident(file, document, content, _hash(content))


def store_form(act: Act, given: GivenForm) -> Form:
    """Store a form; the version before has to be ended already."""
    row = Form(
        office=act.office,
        made=act,
        kind=given.kind,
        code=given.code,
        content=given.content,
        sha256=given.sha256,
    )
    if given.document is None:
        words = words_of([], [given.content])
    else:
        form = given.document.content
        row.format_version, row.prefix = given.document.version, given.document.prefix
        row.names, row.other_names = modelling.names_of(_names(form.names), _source(form))
        words = words_of([form])
    row.meanings = [[kind, one, meaning.key, meaning.of] for (kind, one), meaning in words.meanings.items()]
    row.save()
    return row


def _names(names: Iterable[FormName]) -> list[Name]:
    return [Name(name.value, name.language) for name in names]


def _source(form: ConfigurableModel) -> Language:
    first = sorted(form.languages.languages, key=lambda one: not one.is_default)
    return next((ours for one in first if (ours := modelling.language_of(one.code))), "en")


def store_incident(act: Act, given: GivenIncident, zone: str) -> Incident:
    """Store an incident. Raises FormatErrors for a time that no clock of the zone showed."""
    from amur.portal.patrols.reading import problem

    content = given.document.content
    at = content.moment
    if at.tzinfo is None:
        (instant,) = instants_of(np.array([at], dtype="M8[ms]"), ZoneInfo(zone))
        if np.isnat(instant):
            raise FormatErrors([problem("clock-none", given.file, zone=zone, time=at)], 1)
        at = instant.item().replace(tzinfo=UTC)
    known = content.longitude or content.latitude
    return Incident.objects.create(
        office=act.office,
        made=act,
        code=content.id,
        at=at,
        time_zone=zone,
        place=Point(content.longitude, content.latitude, srid=4326) if known else None,
        format_version=given.document.version,
        prefix=given.document.prefix,
        content=given.content,
        sha256=given.sha256,
    )


def document_of_form(form: Form) -> Document[ConfigurableModel]:
    """The document of a form again."""
    return Document(unpacked(ConfigurableModel, form.content), form.format_version, form.prefix)


def document_of_incident(incident: Incident) -> Document[Content]:
    """The document of an incident again."""
    return Document(unpacked(Content, incident.content), incident.format_version, incident.prefix)


def words_in(office: Office) -> Words:
    """What identifiers of phones mean in an office, by its standing forms and its data model."""
    found: dict[tuple[str, str], Meaning] = {}
    rows = Form.objects.filter(office=office, ended=None).order_by("kind", "code")
    for meanings in rows.values_list("meanings", flat=True):
        for kind, identifier, key, of in meanings:
            found.setdefault((kind, identifier), Meaning(kind, key, of))
    attributes = Attribute.objects.filter(model__office=office, model__ended=None)
    return Words(found, dict(attributes.values_list("key", "kind")))


def used_by(observations: Iterable[Observation]) -> Counter[tuple[str, str]]:
    """How often observations use each key, by kind."""
    found: Counter[tuple[str, str]] = Counter()
    for one in observations:
        found["category", one.category] += 1
        for value in one.values:
            found["attribute", value.attribute] += 1
            found.update(("value", f"{value.attribute}: {key}") for key in value.keys)
    return found


def pages_of(form: Form) -> list[FormPage]:
    """The pages of a form, those above before those below, in the reader's language."""
    content = document_of_form(form).content
    return list(_pages(content.nodes.nodes, 0, _source(content)))


def _pages(nodes: Sequence[Node], depth: int, source: Language) -> Iterator[FormPage]:
    for node in nodes:
        attributes = [_named(one.names, source) or one.key for one in node.attributes]
        yield FormPage(depth, _named(node.names, source), node.category_path or "", attributes)
        yield from _pages(node.nodes, depth + 1, source)


def _named(names: Sequence[FormName], source: Language) -> str:
    """The name in the reader's language, else in that of the form, else any."""
    found = {modelling.language_of(one.language) or one.language: one.value for one in reversed(names)}
    wanted = translation.get_language() or source
    return found.get(wanted) or found.get(source) or next(iter(found.values()), "")

"""Which things are translated, each kind behind one adapter: pages (`pages`) and records (`records`).

A model takes part by being what it is: a `CentrePage`, or a record of an office with texts in four languages.
Called by `following`, `actions`, `queries` and the views.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.translations.models import WorkState
from amur.portal.translations.segments import Segment


@dataclass(frozen=True, slots=True)
class Version:
    """An item in one language: its texts by segment, how far each is, and whether readers see it."""

    texts: Mapping[str, str]
    state: WorkState
    is_public: bool
    is_draft: bool = False
    states: Mapping[str, WorkState] = field(default_factory=dict)
    written: datetime.datetime | None = None
    who: int | None = None

    def state_of(self, segment: str) -> WorkState:
        """How far one segment is."""
        return self.states.get(segment, self.state)


@dataclass(frozen=True, slots=True)
class Content:
    """An item as it is now. `versions` holds for each language what readers see, then a newer draft."""

    title: str
    office: int | None
    module: str
    source_language: Language
    is_public: bool
    changed: datetime.datetime | None
    segments: Sequence[Segment]
    versions: Mapping[Language, Sequence[Version]]

    def wanted(self, language: Language) -> list[Segment]:
        """The segments that are to be translated into a language."""
        return [one for one in self.segments if one.language != language]

    def latest(self, language: Language) -> Version | None:
        """What a translator goes on with: the draft, else what readers see."""
        found = self.versions.get(language, ())
        return found[-1] if found else None

    def targets(self) -> list[Language]:
        """The languages that something is to be translated into."""
        return [code for code in LANGUAGES if self.wanted(code)]


class Refusal(Exception):
    """A translation that cannot be written as asked; the message is for the translator."""


class Conflict(Refusal):
    """Somebody else wrote the translation meanwhile; `theirs` holds what stands there now."""

    def __init__(self, message: str, theirs: Mapping[str, str]) -> None:
        super().__init__(message)
        self.theirs = dict(theirs)


class Adapter(Protocol):
    """How a kind of items is read and written. Rights are those of the kind's ordinary editing page."""

    kind: str
    label: str | Promise
    is_page: bool

    def contents(self) -> Iterable[tuple[UUID, Content]]:
        """All items of the kind."""

    def content(self, subject: UUID) -> Content | None:
        """One item, None when there is none (any more)."""

    def may_see(self, person: Any, subject: UUID) -> bool:
        """Whether the person may read the item's source."""

    def may_write(self, person: Any, subject: UUID, language: Language) -> bool:
        """Whether the person may write the translation."""

    def may_publish(self, person: Any, subject: UUID, language: Language) -> bool:
        """Whether the person may let readers see it."""

    def lock(self, subject: UUID) -> None:
        """Let nobody else write the item before this transaction ends."""

    def token(self, subject: UUID, language: Language) -> str:
        """What changes with every change of the translation."""

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
        """Store texts; those of segments that are not given stay. Raises Refusal and ValidationError."""

    def mark_outdated(self, subject: UUID, language: Language, segments: Iterable[str]) -> None:
        """Say that the source has changed since."""

    def address(self, subject: UUID, language: Language) -> str:
        """The ordinary editing page of the translation, empty without one."""


@cache
def adapters() -> Mapping[str, Adapter]:
    """All adapters by their kind."""
    from amur.portal.translations.pages import page_adapters
    from amur.portal.translations.records import record_adapters

    found: list[Adapter] = [*page_adapters(), *record_adapters()]
    return {one.kind: one for one in found}


def adapter_of(kind: str) -> Adapter | None:
    """The adapter of a kind."""
    return adapters().get(kind)

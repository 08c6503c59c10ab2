"""A page of words, tables and pictures, for screen, PDF and DOCX. Filled by `reporting` and `sheets`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from amur.portal.languages.codes import Language


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a notice stands out."""

    kind: ClassVar[str] = "paragraph"
    text: str
    is_notice: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `wide` columns are numbered from 0 and hold words, the others numbers."""

    kind: ClassVar[str] = "table"
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    wide: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG without words; the caption says all that it shows. On paper it is so high at most."""

    kind: ClassVar[str] = "picture"
    svg: str
    caption: str
    height_cm: float = 11.0


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """A report or a feedback sheet in one language."""

    title: str
    subtitle: str
    office: str
    language: Language
    blocks: list[Block] = field(default_factory=list)

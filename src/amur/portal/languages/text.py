"""A text in up to four languages that knows its source language and each translation's status.

Pure values, no database. `fields.MultilingualField` stores them, `templatetags.amur` shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, Language, as_language, nearest


class Status(StrEnum):
    """How far a text in one language can be trusted. A language without text is missing."""

    MACHINE = "machine"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Translation:
    """The text in one language, and where it comes from (a citation, or None when unknown)."""

    text: str
    status: Status = Status.DRAFT
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader gets: the text, the language it is really in, and whether that was asked for."""

    text: str
    language: Language
    status: Status
    fallback: bool

    @property
    def tag(self) -> str:
        """The BCP 47 tag for the lang attribute."""
        return HTML_TAGS[self.language]


@dataclass(frozen=True, slots=True)
class MultilingualText:
    """A text in up to four languages.

    >>> name = MultilingualText.of("ru", ru="Заповедник «Бастак»", en="Bastak Nature Reserve")
    >>> name.reading("en").text, name.reading("mn").language, name.reading("mn").fallback
    ('Bastak Nature Reserve', 'ru', True)
    """

    source: Language = "en"
    texts: Mapping[Language, Translation] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Language, status: Status = Status.REVIEWED, **texts: str) -> "MultilingualText":
        """Build from keyword texts; `zh` stands for zh-hans."""
        codes = {"zh" if code == "zh-hans" else code: code for code in LANGUAGES}
        return cls(source, {codes[key]: Translation(text, status) for key, text in texts.items()})

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "MultilingualText":
        """Read the stored shape. Raises ValueError naming the language or status that is not known."""
        if not data:
            return cls()
        texts: dict[Language, Translation] = {}
        for code, value in data.get("texts", {}).items():
            if code not in LANGUAGES:
                raise ValueError(f"unknown language {code!r}; write one of {', '.join(LANGUAGES)}")
            if value and value.get("text"):
                texts[as_language(code)] = Translation(
                    value["text"], Status(value.get("status", "draft")), value.get("basis")
                )
        return cls(as_language(data.get("source")), texts)

    def to_json(self) -> dict[str, Any]:
        """The stored shape, languages in their usual order."""
        texts = {
            code: {"text": one.text, "status": str(one.status), "basis": one.basis}
            for code in LANGUAGES
            if (one := self.texts.get(code)) is not None
        }
        return {"source": self.source, "texts": texts}

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __str__(self) -> str:
        """In the language now active: what lists of the editing pages show."""
        from django.utils.translation import get_language

        reading = self.reading(as_language(get_language()))
        return reading.text if reading else ""

    def has(self, language: Language) -> bool:
        """Whether there is a text in this very language."""
        return language in self.texts

    def reading(self, language: Language) -> Reading | None:
        """The text for a reader of a language: its own, else the fallback order; None when empty."""
        code = nearest(language, self.texts)
        if code is None:
            return None
        one = self.texts[code]
        return Reading(one.text, code, one.status, fallback=code != language)

    def text(self, language: Language) -> str:
        """The reading's bare text, or an empty string."""
        reading = self.reading(language)
        return reading.text if reading else ""

    def revised(self, new: "MultilingualText") -> "MultilingualText":
        """`new`, with translations left untouched marked outdated when the source text has changed.

        >>> old = MultilingualText.of("en", en="Reserve", ru="Заповедник")
        >>> new = MultilingualText.of("en", en="Biosphere reserve", ru="Заповедник")
        >>> str(old.revised(new).texts["ru"].status)
        'outdated'
        """
        before, after = self.texts.get(self.source), new.texts.get(new.source)
        if before is None or after is None or before.text == after.text:
            return new
        texts = {
            code: replace(one, status=Status.OUTDATED)
            if code != new.source and (was := self.texts.get(code)) and was.text == one.text
            else one
            for code, one in new.texts.items()
        }
        return MultilingualText(new.source, texts)

"""Form fields for columns that hold lists: comma lists, one row a line, sources. No editor sees raw JSON."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

Check = Callable[[str], object]


class WordsField(forms.CharField):
    """A list of short words, separated by commas. `check` refuses a word by raising ValidationError.

    >>> WordsField().clean("RU, CN,")
    ['RU', 'CN']
    """

    def __init__(self, *, check: Check | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.check = check

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(self.prepare_value(value) if value else "") or ""
        return [word for part in text.split(",") if (word := part.strip())]

    def run_validators(self, value: Any) -> None:
        for word in value:
            super().run_validators(word)
            if self.check is not None:
                self.check(word)
        if len(set(value)) < len(value):
            raise ValidationError(_("A word is in the list twice."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class LinesField(forms.CharField):
    """One entry a line. A subclass turns a line into a value and a value into a line.

    `stored` is the value before editing; the form sets it.
    """

    stored: Any = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def line_of(self, value: Any) -> str:
        """The line that an editor sees for a stored entry."""
        return str(value)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        """The stored entry of a line; raises ValidationError saying what would be right.

        `kept` has the present entries by their lines, so that what a line does not show stays.
        """
        return line

    def collected(self, entries: list[Any]) -> Any:
        """All entries as they are stored."""
        return entries

    def spread(self, value: Any) -> Sequence[Any]:
        """The stored value as entries."""
        return value or []

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return "\n".join(self.line_of(one) for one in self.spread(value))

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value or self.collected([])
        super().run_validators(value)
        kept = {self.line_of(one): one for one in self.spread(self.stored)}
        entries, problems = [], []
        for number, line in enumerate(value.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                entries.append(self.entry_of(line.strip(), kept))
            except ValidationError as error:
                problems += [
                    ValidationError(_("Line %(number)s: %(why)s"), params={"number": number, "why": why})
                    for why in error.messages
                ]
        if problems:
            raise ValidationError(problems)
        return self.collected(entries)

    def run_validators(self, value: Any) -> None:
        """Nothing more: the text and each of its lines were checked already."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "").splitlines() != (data or "").splitlines())


class SourcesField(LinesField):
    """Sources: `citation | address`, the address may be missing.

    >>> SourcesField().clean("A report, 2021 | https://example.org/a")
    [{'citation': 'A report, 2021', 'url': 'https://example.org/a'}]
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("One source a line: citation | address. The address may be missing.")
        )
        super().__init__(**kwargs)

    def line_of(self, value: Any) -> str:
        citation, url = value.get("citation", ""), value.get("url")
        return f"{citation} | {url}" if url else str(citation)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        if line in kept:
            return kept[line]
        citation, bar, url = (part.strip() for part in line.rpartition(" | "))
        if not bar:
            citation, url = url, ""
        if not citation or citation.startswith(("http://", "https://")):
            raise ValidationError(_("write what the source is before its address: citation | address"))
        if url:
            try:
                URLValidator(schemes=["http", "https"])(url)
            except ValidationError as error:
                raise ValidationError(
                    _("“%(url)s” is no web address; it begins with https:// or http://"), params={"url": url}
                ) from error
        return {"citation": citation, "url": url or None}


class PairsField(LinesField):
    """Pairs of keys, `one | other` on each line."""

    def __init__(self, *, check: Check | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def line_of(self, value: Any) -> str:
        return " | ".join(value)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:
            raise ValidationError(_("write two different keys with a bar between them: one | other"))
        if self.check is not None:
            for part in parts:
                self.check(part)
        return parts


class MappingField(LinesField):
    """Names with values, `name: value` on each line; `convert` makes the value and may refuse it."""

    def __init__(
        self,
        *,
        check: Check | None = None,
        convert: Callable[[str], Any] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.check, self.convert = check, convert

    def line_of(self, value: Any) -> str:
        return f"{value[0]}: {value[1]}"

    def spread(self, value: Any) -> Sequence[Any]:
        return list((value or {}).items())

    def collected(self, entries: list[Any]) -> Any:
        return dict(entries)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not (name and colon and value):
            raise ValidationError(_("write a name, a colon and a value: name: value"))
        if self.check is not None:
            self.check(name)
        return name, self.convert(value)


class NamesField(LinesField):
    """Further names with their language, `language: name` on each line, stored with their status."""

    def __init__(self, *, check: Check | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def line_of(self, value: Any) -> str:
        return f"{value.get('language', '')}: {value.get('text', '')}"

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        if line in kept:
            return kept[line]
        language, colon, text = (part.strip() for part in line.partition(":"))
        if not (language and colon and text):
            raise ValidationError(_("write a language, a colon and a name, such as ru: тигр"))
        if self.check is not None:
            self.check(language)
        return {"language": language, "text": text, "status": "draft", "basis": None}


def country_code(word: str) -> None:
    """Refuse what is not two capital letters (ISO 3166-1 alpha-2)."""
    if not (len(word) == 2 and word.isascii() and word.isalpha() and word.isupper()):
        raise ValidationError(
            _("“%(word)s” is no country code; write two capital letters such as RU, CN or MN"),
            params={"word": word},
        )


def language_code(word: str) -> None:
    """Refuse a language that the centre does not keep."""
    from amur.portal.languages.codes import LANGUAGES, is_language

    if not is_language(word):
        raise ValidationError(
            _("“%(word)s” is none of the languages %(languages)s"),
            params={"word": word, "languages": ", ".join(LANGUAGES)},
        )


def whole_number(word: str) -> int:
    """The word as a whole number from 0."""
    if not word.isdecimal():
        raise ValidationError(_("“%(word)s” is no whole number"), params={"word": word})
    return int(word)

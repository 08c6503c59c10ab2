"""What the identifiers of phones mean: a phone names categories, attributes, values and people by UUID.

The configurable model ("form") that the phone works with gives the keys of the data model; the metadata of
its patrols gives the names of teams, stations, mandates, transports and people. Called by `assembling`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from amur.formats.smart.configurable import AttributeConfig, ConfigurableModel, Item

_IDENTIFIER = re.compile(r"[0-9a-f]{32}")


class Meaning(NamedTuple):
    """What an identifier stands for.

    `key` is the key of a category or attribute, a value's key or path, or a name; `of` the type of an
    attribute, the attribute of a value, or the field of a name.
    """

    kind: str
    key: str
    of: str = ""


class UnknownIdentifier(LookupError):
    """An identifier that no form and no metadata tells."""

    def __init__(self, kind: str, identifier: str) -> None:
        self.kind, self.identifier = kind, identifier
        super().__init__(f"{kind} {identifier}")


@dataclass(frozen=True, slots=True)
class Words:
    """Meanings by kind and plain identifier, and the types of attributes by key."""

    meanings: Mapping[tuple[str, str], Meaning] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    def find(self, kind: str, text: str) -> Meaning:
        """The meaning of an identifier; what is none stands for itself. Raises UnknownIdentifier.

        >>> Words().find("category", "animals.sign").key
        'animals.sign'
        """
        known = self.meanings.get((kind, plain(text)))
        if known is not None:
            return known
        if is_identifier(text):
            raise UnknownIdentifier(kind, plain(text))
        return Meaning(kind, text.strip(), self.types.get(text.strip(), "") if kind == "attribute" else "")


def plain(text: str) -> str:
    """An identifier as it is compared.

    >>> plain(" FDFE722A-C604-42CE-BE5A-5F0AC2B2C3FC ")
    'fdfe722ac60442cebe5a5f0ac2b2c3fc'
    """
    return text.strip().replace("-", "").lower()


def is_identifier(text: str) -> bool:
    """Whether a text is a UUID, with or without dashes."""
    return _IDENTIFIER.fullmatch(plain(text)) is not None


def words_of(
    forms: Iterable[ConfigurableModel], metadata: Iterable[Any] = (), types: Mapping[str, str] | None = None
) -> Words:
    """The words of forms (where they differ the first counts) and of metadata, with types of attributes."""
    found: dict[tuple[str, str], Meaning] = {}
    for form in forms:
        for identifier, meaning in _of_form(form):
            found.setdefault((meaning.kind, plain(identifier)), meaning)
    for each in metadata:
        for identifier, meaning in _of_metadata(each):
            found.setdefault((meaning.kind, plain(identifier)), meaning)
    return Words(found, dict(types or {}))


def _of_form(form: ConfigurableModel) -> Iterator[tuple[str, Meaning]]:
    for node in form.all_nodes():
        if node.model_id and (node.category_path or node.category):
            yield node.model_id, Meaning("category", str(node.category_path or node.category))
        for one in node.attributes:
            if one.model_id:
                yield one.model_id, Meaning("attribute", one.key, one.kind)
    for config in form.configs:
        yield from _of_items(config, (*config.items, *config.tree))


def _of_items(config: AttributeConfig, items: Iterable[Item]) -> Iterator[tuple[str, Meaning]]:
    for item in items:
        key = item.path or item.key
        if item.model_id and key:
            yield item.model_id, Meaning("value", key, config.key)
        yield from _of_items(config, item.children)


def is_metadata(content: Any) -> bool:
    """Whether a file of JSON tells the words of patrols, as SMART hands them to its phones."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(
            isinstance(each, dict) and each and all(name.startswith("SMART_") for name in each)
            for each in content
        )
    )


def metadata_in(text: bytes) -> Any:
    """The words of patrols in a file of JSON; None where it tells none or is no JSON."""
    try:
        content = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return content if is_metadata(content) else None


def _of_metadata(content: Any) -> Iterator[tuple[str, Meaning]]:
    for each in content:
        for name, described in each.items():
            options = described.get("options") if isinstance(described, dict) else None
            for option in options if isinstance(options, list) else ():
                label = _label(option) if isinstance(option, dict) else ""
                identifier = str(option.get("uuid") or "") if label else ""
                if identifier:
                    yield identifier, Meaning("person" if name == "SMART_Employees" else "label", label, name)


def _label(option: Mapping[str, Any]) -> str:
    found = option.get("label_default") or option.get("label") or option.get("key")
    return found if isinstance(found, str) else ""

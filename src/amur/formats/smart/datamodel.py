"""The data model of SMART, XML 1.0 and 1.1: attributes of every type, and the tree of categories.

Names stand once for each language. Keys are unique among their siblings; the whole key of a category or a
value of a tree is the path of keys with a dot after each, such as `animals.sign.dung.`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar

from amur.formats.smart.binding import NOTHING, Attribute, Child, Fault, Leaf, Rest

KINDS = ("TEXT", "NUMERIC", "BOOLEAN", "LIST", "MLIST", "TREE", "DATE", "TIME", "POSITION", "LINE", "POLYGON")
"""The types of attributes."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a language."""

    value: Annotated[str, Attribute("value")]
    language: Annotated[str, Attribute("language_code")]
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the model."""

    code: Annotated[str, Attribute("code")]
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages: `several` in 1.1, `one` by one in 1.0."""

    several: Annotated[tuple[Language, ...], Child("languages")] = ()
    one: Annotated[tuple[Language, ...], Child("language")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class ListValue:
    """A value of a list."""

    key: Annotated[str, Attribute("key")]
    is_active: Annotated[bool | None, Attribute("isactive")] = None
    icon: Annotated[str | None, Attribute("iconkey")] = None
    names: Annotated[tuple[Name, ...], Child("names")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class TreeValue:
    """A value of a tree, with those below it."""

    key: Annotated[str, Attribute("key")]
    is_active: Annotated[bool | None, Attribute("isactive")] = None
    icon: Annotated[str | None, Attribute("iconkey")] = None
    names: Annotated[tuple[Name, ...], Child("names")] = ()
    children: Annotated[tuple[TreeValue, ...], Child("children")] = ()
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """Keys twice."""
        yield from twice(self.children, "children")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How numbers may be summed up: sum, avg, min, max, var_samp, stddev_samp."""

    name: Annotated[str, Attribute("aggregation")]
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that quality control lets pass."""

    least: Annotated[float | None, Leaf("MinValue")] = None
    most: Annotated[float | None, Leaf("MaxValue")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class AttributeType:
    """An attribute that categories can have."""

    key: Annotated[str, Attribute("key")]
    is_required: Annotated[bool | None, Attribute("isrequired")]
    kind: Annotated[str, Attribute("type")]
    icon: Annotated[str | None, Attribute("iconkey")] = None
    aggregations: Annotated[tuple[Aggregation, ...], Child("aggregations")] = ()
    range: Annotated[Range | None, Child("qa_minmax")] = None
    pattern: Annotated[str | None, Leaf("qa_regex")] = None
    """The regular expression that texts must follow."""
    names: Annotated[tuple[Name, ...], Child("names")] = ()
    values: Annotated[tuple[ListValue, ...], Child("values")] = ()
    tree: Annotated[tuple[TreeValue, ...], Child("tree")] = ()
    rest: Rest = NOTHING

    def item_keys(self) -> frozenset[str]:
        """The keys that an observation may name: of list values, whole paths of tree values."""
        return frozenset({value.key for value in self.values} | set(paths_of(self.tree)))

    def faults(self) -> Iterator[Fault]:
        """A type that is none, values that do not fit it."""
        if self.kind not in KINDS:
            yield Fault("kind-unknown", "type", {"value": self.kind, "known": ", ".join(KINDS)})
            return
        wrong = {"LIST": "a tree", "MLIST": "a tree", "TREE": "a list"}.get(self.kind, "values")
        has = (bool(self.values), bool(self.tree))
        right = {"LIST": (True, False), "MLIST": (True, False), "TREE": (False, True)}
        about = {"key": self.key, "kind": self.kind}
        if has == (False, False) and self.kind in right:
            yield Fault("tree-empty", "type", about, "warning")
        elif has != right.get(self.kind, (False, False)):
            yield Fault("kind-values", "type", {**about, "what": wrong})
        yield from twice(self.values, "values")
        yield from twice(self.tree, "tree")


@dataclass(frozen=True, slots=True)
class Attributes:
    """All attributes."""

    attributes: Annotated[tuple[AttributeType, ...], Child("attribute")] = ()
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """Keys twice."""
        yield from twice(self.attributes, "attribute")


@dataclass(frozen=True, slots=True)
class Use:
    """An attribute of a category."""

    is_active: Annotated[bool | None, Attribute("isactive")]
    attribute: Annotated[str, Attribute("attributekey")]
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Category:
    """What can be observed; attributes of the categories above are its own, too."""

    key: Annotated[str, Attribute("key")]
    is_multiple: Annotated[bool | None, Attribute("ismultiple")] = None
    is_active: Annotated[bool | None, Attribute("isactive")] = None
    icon: Annotated[str | None, Attribute("iconkey")] = None
    names: Annotated[tuple[Name, ...], Child("names")] = ()
    attributes: Annotated[tuple[Use, ...], Child("attributes")] = ()
    children: Annotated[tuple[Category, ...], Child("category")] = ()
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """Keys twice."""
        yield from twice(self.children, "category")


@dataclass(frozen=True, slots=True)
class Categories:
    """The roots of the tree."""

    categories: Annotated[tuple[Category, ...], Child("category")] = ()
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """Keys twice."""
        yield from twice(self.categories, "category")


@dataclass(frozen=True, slots=True)
class DataModel:
    """A data model."""

    languages: Annotated[Languages, Child("languages")]
    attributes: Annotated[Attributes, Child("attributes")]
    categories: Annotated[Categories, Child("categories")]
    rest: Rest = NOTHING

    @property
    def language_codes(self) -> tuple[str, ...]:
        """The languages, as SMART writes them."""
        return tuple(each.code for each in (*self.languages.several, *self.languages.one))

    def attributes_by_key(self) -> Mapping[str, AttributeType]:
        """Every attribute."""
        return {each.key: each for each in self.attributes.attributes}

    def categories_by_path(self) -> Mapping[str, tuple[Category, ...]]:
        """Every category by its whole key, with those above it: the last one is the category."""
        return dict(_lines_of(self.categories.categories, "", ()))

    def faults(self) -> Iterator[Fault]:
        """Categories whose attributes are not there."""
        known = self.attributes_by_key()
        for path, line in self.categories_by_path().items():
            for use in line[-1].attributes:
                if use.attribute not in known:
                    params = {"key": f"{path} {use.attribute}", "what": "attribute"}
                    yield Fault("reference-unknown", "attributekey", params)


class Keyed(Protocol):
    """Whatever has a key."""

    @property
    def key(self) -> str:
        """The key, unique among siblings."""


K = TypeVar("K", bound=Keyed)


def twice(siblings: tuple[K, ...], name: str) -> Iterator[Fault]:
    """Keys that stand more than once among siblings."""
    for key, count in Counter(each.key for each in siblings).items():
        if count > 1:
            yield Fault("key-twice", "key", {"key": key, "parent": name})


def paths_of(tree: tuple[TreeValue, ...], above: str = "") -> Iterator[str]:
    """The whole keys of a tree.

    >>> list(paths_of((TreeValue("felidae", children=(TreeValue("tiger"),)),)))
    ['felidae.', 'felidae.tiger.']
    """
    for value in tree:
        path = f"{above}{value.key}."
        yield path
        yield from paths_of(value.children, path)


def _lines_of(
    categories: tuple[Category, ...], above: str, line: tuple[Category, ...]
) -> Iterator[tuple[str, tuple[Category, ...]]]:
    for category in categories:
        path = f"{above}{category.key}."
        yield path, (*line, category)
        yield from _lines_of(category.children, path, (*line, category))

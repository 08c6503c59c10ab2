"""The configurable model of SMART, XML dataentry 1.0: the forms that a ranger sees on the phone.

A form lays pages (nodes) over categories of the data model, with options of each attribute; the settings of
lists and trees that several attributes share stand once, as an `AttributeConfig`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from amur.formats.smart.binding import NOTHING, Attribute, Child, Fault, Rest


@dataclass(frozen=True, slots=True)
class FormLanguage:
    """A language of the form."""

    code: Annotated[str, Attribute("code")]
    is_default: Annotated[bool | None, Attribute("is_default")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class FormLanguages:
    """The languages of the form."""

    languages: Annotated[tuple[FormLanguage, ...], Child("language")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class FormName:
    """A name in a language; its source is the form itself (CM) or the data model (DM)."""

    value: Annotated[str, Attribute("value")]
    language: Annotated[str, Attribute("language_code")]
    source: Annotated[str | None, Attribute("source")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an attribute, such as IS_VISIBLE: a text, a number, or a value of the data model."""

    id: Annotated[str, Attribute("id")]
    text: Annotated[str | None, Attribute("stringValue")] = None
    number: Annotated[float | None, Attribute("doubleValue")] = None
    key: Annotated[str | None, Attribute("keyRef")] = None
    path: Annotated[str | None, Attribute("hkeyRef")] = None
    model_id: Annotated[str | None, Attribute("dmUuid")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class FormAttribute:
    """An attribute on a page."""

    key: Annotated[str, Attribute("attributeKey")]
    id: Annotated[str, Attribute("id")]
    kind: Annotated[str, Attribute("type")]
    model_id: Annotated[str | None, Attribute("dmUuid")] = None
    config_id: Annotated[str | None, Attribute("configId")] = None
    is_required: Annotated[bool | None, Attribute("required")] = None
    is_custom_image: Annotated[bool | None, Attribute("isCustomImage")] = None
    image: Annotated[str | None, Attribute("imageFile")] = None
    least: Annotated[float | None, Attribute("minValue")] = None
    most: Annotated[float | None, Attribute("maxValue")] = None
    names: Annotated[tuple[FormName, ...], Child("name")] = ()
    options: Annotated[tuple[Option, ...], Child("option")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Node:
    """A page: a category with its attributes, or a group of pages."""

    id: Annotated[str, Attribute("id")]
    category: Annotated[str | None, Attribute("categoryKey")] = None
    category_path: Annotated[str | None, Attribute("categoryHkey")] = None
    model_id: Annotated[str | None, Attribute("dmUuid")] = None
    photo_allowed: Annotated[bool | None, Attribute("photoAllowed")] = None
    photo_required: Annotated[bool | None, Attribute("photoRequired")] = None
    display: Annotated[str | None, Attribute("displayMode")] = None
    several_observations: Annotated[bool | None, Attribute("collectMultipleObs")] = None
    one_place: Annotated[bool | None, Attribute("useSingleGpsPoint")] = None
    image: Annotated[str | None, Attribute("imageFile")] = None
    is_custom_image: Annotated[bool | None, Attribute("isCustomImage")] = None
    names: Annotated[tuple[FormName, ...], Child("name")] = ()
    attributes: Annotated[tuple[FormAttribute, ...], Child("attribute")] = ()
    nodes: Annotated[tuple[Node, ...], Child("node")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Nodes:
    """The pages of the first level."""

    nodes: Annotated[tuple[Node, ...], Child("node")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Item:
    """A value of a list or a tree as the form shows it, with those below it."""

    id: Annotated[str, Attribute("id")]
    key: Annotated[str | None, Attribute("keyRef")] = None
    path: Annotated[str | None, Attribute("hkeyRef")] = None
    model_id: Annotated[str | None, Attribute("dmUuid")] = None
    is_active: Annotated[bool | None, Attribute("isActive")] = None
    image: Annotated[str | None, Attribute("imageFile")] = None
    is_custom_image: Annotated[bool | None, Attribute("isCustomImage")] = None
    names: Annotated[tuple[FormName, ...], Child("name")] = ()
    children: Annotated[tuple[Item, ...], Child("children")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class AttributeConfig:
    """Which values of a list or a tree are shown, in which order and under which names."""

    id: Annotated[str, Attribute("id")]
    key: Annotated[str, Attribute("attributeKey")]
    display: Annotated[str | None, Attribute("displayMode")] = None
    is_default: Annotated[bool | None, Attribute("isDefault")] = None
    model_id: Annotated[str | None, Attribute("attributeUuid")] = None
    names: Annotated[tuple[FormName, ...], Child("name")] = ()
    items: Annotated[tuple[Item, ...], Child("listItem")] = ()
    tree: Annotated[tuple[Item, ...], Child("treeNode")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class ExtraLabel:
    """A text of an extension in a language."""

    value: Annotated[str, Attribute("value")]
    language: Annotated[str, Attribute("language_code")]
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class ExtraLabels:
    """Texts of an extension under a key."""

    key: Annotated[str, Attribute("key")]
    labels: Annotated[tuple[ExtraLabel, ...], Child("label")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class ExtraValue:
    """A value of an extension under a key."""

    key: Annotated[str, Attribute("key")]
    value: Annotated[str | None, Attribute("value")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class FormExtra:
    """Settings of an extension, such as the profile of the phone."""

    type: Annotated[str, Attribute("type")]
    labels: Annotated[tuple[ExtraLabels, ...], Child("labelKey")] = ()
    texts: Annotated[tuple[ExtraValue, ...], Child("stringKey")] = ()
    numbers: Annotated[tuple[ExtraValue, ...], Child("integerKey")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class ConfigurableModel:
    """A form."""

    languages: Annotated[FormLanguages, Child("languages")]
    instant_position: Annotated[bool | None, Attribute("instantGps")] = None
    photo_first: Annotated[bool | None, Attribute("photoFirst")] = None
    uses_earthranger: Annotated[bool | None, Attribute("useEarthRanger")] = None
    icon_set: Annotated[str | None, Attribute("iconSet")] = None
    names: Annotated[tuple[FormName, ...], Child("name")] = ()
    nodes: Annotated[Nodes, Child("nodes")] = Nodes()
    configs: Annotated[tuple[AttributeConfig, ...], Child("attributeConfig")] = ()
    extras: Annotated[tuple[FormExtra, ...], Child("extraData")] = ()
    rest: Rest = NOTHING

    def all_nodes(self) -> Iterator[Node]:
        """Every page, those above before those below."""
        waiting = list(reversed(self.nodes.nodes))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.nodes))

    def faults(self) -> Iterator[Fault]:
        """Attributes whose settings are not there."""
        known = {config.id for config in self.configs}
        for node in self.all_nodes():
            for attribute in node.attributes:
                if attribute.config_id is not None and attribute.config_id not in known:
                    params = {"key": attribute.config_id, "what": "attributeConfig"}
                    yield Fault("reference-unknown", "configId", params)

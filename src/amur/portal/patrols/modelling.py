"""Data models of SMART as rows, and what keys mean in them. Called by `importing` and the pages."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Max

from amur.formats.smart import DataModel as Content
from amur.formats.smart.datamodel import Category as GivenCategory
from amur.formats.smart.datamodel import ListValue, Name, TreeValue, paths_of
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office
from amur.portal.patrols.models import (
    Act,
    Attribute,
    AttributeValue,
    Category,
    CategoryAttribute,
    DataModel,
    KeyMapping,
)
from amur.portal.patrols.packing import packed

BATCH: Final = 500
Key = tuple[str, str]
"""A kind of `KeyMapping.Kind` and a key; that of a value is “attribute: value”."""


def hash_of(content: Content) -> str:
    """A hash of all that a data model says."""
    return hashlib.sha256(json.dumps(packed(content), sort_keys=True).encode()).hexdigest()


def standing(office: Office) -> DataModel | None:
    """The data model that stands in an office."""
    return DataModel.objects.filter(office=office, ended=None).first()


def store_model(act: Act, content: Content) -> DataModel:
    """Store the next version of the data model of an office; the one before has to be ended already."""
    last = DataModel.objects.filter(office=act.office).aggregate(last=Max("version"))["last"]
    model = DataModel.objects.create(
        office=act.office,
        version=(last or 0) + 1,
        languages=list(content.language_codes),
        sha256=hash_of(content),
        made=act,
    )
    languages = [language_of(one) for one in content.language_codes]
    source: Language = next((one for one in languages if one is not None), "en")
    attributes = _attributes(model, content, source)
    _categories(model, content.categories.categories, attributes, source)
    return model


def language_of(code: str) -> Language | None:
    """Our language of a code of SMART; None for others.

    >>> language_of("zh_CN"), language_of("ru"), language_of("es_MX"), language_of("zh_TW")
    ('zh-hans', 'ru', None, None)
    """
    parts = code.lower().replace("-", "_").split("_")
    if parts[0] == "zh":
        return None if {"tw", "hk", "mo", "hant"} & set(parts) else "zh-hans"
    return next((ours for ours in LANGUAGES if ours == parts[0]), None)


def names_of(names: Iterable[Name], source: Language) -> tuple[MultilingualText, dict[str, str]]:
    """Names in our languages, and those in others. What is no source text, nobody has reviewed here."""
    texts: dict[Language, Translation] = {}
    others = {}
    for name in names:
        ours = language_of(name.language)
        if ours is None or ours in texts:
            others[name.language] = name.value
        elif name.value:
            texts[ours] = Translation(name.value, Status.REVIEWED if ours == source else Status.DRAFT)
    return MultilingualText(source, texts), others


def _attributes(model: DataModel, content: Content, source: Language) -> Mapping[str, Attribute]:
    given = content.attributes.attributes
    rows = []
    for one in given:
        names, others = names_of(one.names, source)
        rows.append(
            Attribute(
                model=model,
                key=one.key,
                kind=one.kind,
                is_required=one.is_required,
                least=None if one.range is None else one.range.least,
                most=None if one.range is None else one.range.most,
                pattern=one.pattern or "",
                aggregations=[each.name for each in one.aggregations],
                names=names,
                other_names=others,
            )
        )
    stored = Attribute.objects.bulk_create(rows, batch_size=BATCH)
    values = []
    for row, one in zip(stored, given, strict=True):
        flat: list[tuple[str, ListValue | TreeValue]] = [
            *((each.key, each) for each in one.values),
            *zip(paths_of(one.tree), _flat(one.tree), strict=True),
        ]
        for path, value in flat:
            names, others = names_of(value.names, source)
            values.append(
                AttributeValue(
                    attribute=row, path=path, is_active=value.is_active, names=names, other_names=others
                )
            )
    AttributeValue.objects.bulk_create(values, batch_size=BATCH)
    return {row.key: row for row in stored}


def _flat(tree: Sequence[TreeValue]) -> list[TreeValue]:
    return [each for value in tree for each in (value, *_flat(value.children))]


def _categories(
    model: DataModel, given: Sequence[GivenCategory], attributes: Mapping[str, Attribute], source: Language
) -> None:
    """Store the tree, level by level."""
    uses = []
    level: list[tuple[str, Category | None, GivenCategory]] = [("", None, one) for one in given]
    while level:
        rows = []
        for above, parent, one in level:
            names, others = names_of(one.names, source)
            rows.append(
                Category(
                    model=model,
                    parent=parent,
                    path=f"{above}{one.key}.",
                    is_multiple=one.is_multiple,
                    is_active=one.is_active,
                    names=names,
                    other_names=others,
                )
            )
        stored = Category.objects.bulk_create(rows, batch_size=BATCH)
        uses += [
            CategoryAttribute(category=row, attribute=attributes[use.attribute], is_active=use.is_active)
            for row, (_above, _parent, one) in zip(stored, level, strict=True)
            for use in one.attributes
        ]
        level = [
            (row.path, row, child)
            for row, (_above, _parent, one) in zip(stored, level, strict=True)
            for child in one.children
        ]
    CategoryAttribute.objects.bulk_create(uses, batch_size=BATCH)


def keys_in(content: Content) -> set[Key]:
    """Every key of a data model."""
    found: set[Key] = {("category", path) for path in content.categories_by_path()}
    for one in content.attributes.attributes:
        found.add(("attribute", one.key))
        found |= {("value", f"{one.key}: {key}") for key in one.item_keys()}
    return found


def keys_of(model: DataModel | None) -> set[Key]:
    """Every key of a stored data model; none without one."""
    if model is None:
        return set()
    values = AttributeValue.objects.filter(attribute__model=model).values_list("attribute__key", "path")
    return {
        *(("category", path) for path in model.categories.values_list("path", flat=True)),
        *(("attribute", key) for key in model.attributes.values_list("key", flat=True)),
        *(("value", f"{key}: {path}") for key, path in values),
    }


def mapped(office: Office) -> dict[Key, str]:
    """What foreign keys mean in an office, as far as somebody has said it."""
    rows = KeyMapping.objects.filter(office=office)
    return {(kind, foreign): ours for kind, foreign, ours in rows.values_list("kind", "foreign", "ours")}


def unknown_in(used: Counter[Key], known: set[Key], told: Mapping[Key, str]) -> list[dict[str, Any]]:
    """The keys that neither the data model has nor anybody has mapped, with how often they are used.

    >>> unknown_in(Counter({("category", "people."): 2}), set(), {})
    [{'kind': 'category', 'key': 'people.', 'count': 2}]
    """
    return [
        {"kind": kind, "key": key, "count": count}
        for (kind, key), count in sorted(used.items())
        if (kind, key) not in known and (kind, key) not in told
    ]


def remember(office: Office, chosen: Mapping[Key, str]) -> None:
    """Remember what foreign keys mean; "" where nothing of ours is meant."""
    for (kind, foreign), ours in chosen.items():
        row, _made = KeyMapping.objects.get_or_create(office=office, kind=kind, foreign=foreign)
        if row.ours != ours:
            row.ours = ours
            row.save()


def names_in(office: Office) -> dict[Key, str]:
    """The names of the keys of the standing data model, in the reader's language as far as there is one."""
    model = standing(office)
    if model is None:
        return {}
    values = AttributeValue.objects.filter(attribute__model=model).select_related("attribute")
    rows: list[tuple[Key, Category | Attribute | AttributeValue]] = [
        *((("category", one.path), one) for one in model.categories.all()),
        *((("attribute", one.key), one) for one in model.attributes.all()),
        *((("value", f"{one.attribute.key}: {one.path}"), one) for one in values),
    ]
    return {
        key: name for key, row in rows if (name := str(row.names) or next(iter(row.other_names.values()), ""))
    }

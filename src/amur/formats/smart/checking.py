"""Checks observations against a data model: keys that are not there, values that do not fit. No file is read.

Called by `amur patrols check --model` and by imports, before foreign keys are mapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from amur.formats.smart.binding import Fault
from amur.formats.smart.datamodel import AttributeType, Category, DataModel
from amur.formats.smart.patrol import Observation, Value

_WANTED = {
    "NUMERIC": ("dValue", "a number"),
    "TEXT": ("sValue", "a text"),
    "BOOLEAN": ("bValue", "true or false"),
    "LIST": ("itemKey", "one key of the list"),
    "MLIST": ("itemKey", "keys of the list"),
    "TREE": ("itemKey", "the whole key of a value of the tree"),
}


class ModelCheck:
    """A data model, ready to judge many observations."""

    def __init__(self, model: DataModel) -> None:
        self._categories = model.categories_by_path()
        self._attributes = model.attributes_by_key()
        self._keys = {key: each.item_keys() for key, each in self._attributes.items()}

    @cached_property
    def _uses(self) -> Mapping[str, frozenset[str]]:
        """The attributes of each category, with those of the categories above."""
        return {path: _attributes_of(line) for path, line in self._categories.items()}

    def faults(self, observations: Iterable[Observation]) -> Iterator[Fault]:
        """What in the observations is not as the model says.

        >>> from amur.formats.smart.datamodel import Attributes, Categories, Category, DataModel, Languages
        >>> model = DataModel(Languages(), Attributes(), Categories((Category("animals"),)))
        >>> [fault.code for fault in ModelCheck(model).faults([Observation("people.")])]
        ['key-unknown']
        """
        for observation in observations:
            uses = self._uses.get(observation.category)
            if uses is None:
                yield Fault("key-unknown", "categoryKey", {"key": observation.category, "what": "category"})
                continue
            for value in observation.values:
                known = self._attributes.get(value.attribute)
                if known is None:
                    yield Fault("key-unknown", "attributeKey", {"key": value.attribute, "what": "attribute"})
                    continue
                if value.attribute not in uses:
                    params = {"key": value.attribute, "category": observation.category}
                    yield Fault("attribute-elsewhere", "attributeKey", params, "warning")
                yield from self._value_faults(value, known)

    def _value_faults(self, value: Value, known: AttributeType) -> Iterator[Fault]:
        wanted, words = _WANTED.get(known.kind, (None, ""))
        shown = ", ".join(value.keys) or value.text or value.number or value.truth
        about = {"key": value.attribute, "kind": known.kind, "value": shown, "wanted": words}
        several = len(value.keys) > 1 and known.kind in ("LIST", "TREE")
        if (wanted is not None and value.kinds and value.kinds != (wanted,)) or several:
            yield Fault("kind-differs", wanted, about)
            return
        for key in value.keys:
            if key not in self._keys[value.attribute]:
                params = {"key": f"{value.attribute}: {key}", "what": "value"}
                yield Fault("key-unknown", "itemKey", params)
        if value.number is not None and known.range is not None:
            least, most = known.range.least, known.range.most
            if (least is not None and value.number < least) or (most is not None and value.number > most):
                limits = {"least": _limit(least), "most": _limit(most)}
                params = {"key": value.attribute, "value": f"{value.number:g}", **limits}
                yield Fault("range-outside", "dValue", params, "warning")


def _attributes_of(line: tuple[Category, ...]) -> frozenset[str]:
    return frozenset(use.attribute for category in line for use in category.attributes)


def _limit(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"

"""The inline codes of XLIFF: numbering tags when writing, and turning codes into tags again when reading."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from amur.formats.inline import Tag

CONTENT = frozenset({"ph", "bpt", "ept", "it"})
PASSED_THROUGH = frozenset({"mrk", "sub"})
IGNORED = frozenset({"sm", "em"})


class UnknownTag(Exception):
    """A placeholder that stands for nothing."""


@dataclass(slots=True)
class Codes:
    """Numbers for the tags of one unit; a tag of the translation has the number that it has in the source."""

    data: dict[str, str] = field(default_factory=dict)
    _numbers: list[tuple[str, str]] = field(default_factory=list)
    _free: list[tuple[str, str]] | None = None

    def start_target(self) -> None:
        """From now on the tags are those of the translation."""
        self._free = list(self._numbers)

    def of(self, text: str) -> tuple[str, str]:
        """The number of a tag, and the name of its data."""
        if self._free is not None:
            same = next((one for one in self._free if one[1] == text), None)
            if same is not None:
                self._free.remove(same)
                return same[0], self._data_of(text)
        number = str(len(self._numbers) + 1)
        self._numbers.append((number, text))
        return number, self._data_of(text)

    def _data_of(self, text: str) -> str:
        for name, known in self.data.items():
            if known == text:
                return name
        name = f"d{len(self.data) + 1}"
        self.data[name] = text
        return name


def inline_of(element: Element, data: Mapping[str, str]) -> list[Tag | str]:
    """The content of a source or target. Raises UnknownTag for a code without its text."""
    return list(_parts(element, data))


def _parts(element: Element, data: Mapping[str, str]) -> Iterator[Tag | str]:
    if element.text:
        yield element.text
    for child in element:
        yield from _code(child, data)
        if child.tail:
            yield child.tail


def _code(child: Element, data: Mapping[str, str]) -> Iterator[Tag | str]:
    name = str(child.tag).rpartition("}")[2]
    if name == "cp":
        yield chr(int(child.get("hex", "FFFD"), 16))
    elif name == "pc":
        yield Tag(_known(child.get("dataRefStart"), data))
        yield from _parts(child, data)
        yield Tag(_known(child.get("dataRefEnd"), data))
    elif name in {"ph", "sc", "ec"} and child.get("dataRef") is not None:
        yield Tag(_known(child.get("dataRef"), data))
    elif name in CONTENT and child.text:
        yield Tag(child.text)  # XLIFF 1.2 keeps the tag inside
    elif name in {"x", "bx", "ex"} and child.get("equiv-text"):
        yield Tag(child.get("equiv-text", ""))
    elif name in PASSED_THROUGH:
        yield from _parts(child, data)
    elif name not in IGNORED:
        raise UnknownTag(child.get("id") or name)


def _known(reference: str | None, data: Mapping[str, str]) -> str:
    if reference is None or reference not in data:
        raise UnknownTag(reference or "?")
    return data[reference]

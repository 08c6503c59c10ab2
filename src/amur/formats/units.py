"""Units of text on their way to a translator and back, as `xliff` and `po` files carry them."""

from collections.abc import Iterable
from dataclasses import dataclass

from amur.formats.errors import Wording

STATES = ("missing", "machine", "draft", "reviewed", "outdated")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of text of an item. `rich` text holds HTML tags, which files carry as placeholders."""

    item: str
    id: str
    source: str
    target: str = ""
    state: str = "missing"
    rich: bool = False
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The units of one file. Languages are BCP 47 tags, such as `zh-Hans`."""

    source_language: str
    target_language: str
    units: tuple[Unit, ...]


WORDINGS = {
    "unreadable": Wording(
        "The file cannot be read: {why}.", "Give the file that the translator's tool wrote."
    ),
    "encoding": Wording("The file is not in UTF-8.", "Save it in UTF-8 and give it again."),
    "not-this-format": Wording("The file is no {format} file.", "Give a file of the kind that was exported."),
    "version": Wording("XLIFF version {version} is not known.", "Save the file as XLIFF 2.0 or 1.2."),
    "no-language": Wording(
        "The file does not say its {which} language.", "Keep the head of the exported file."
    ),
    "no-id": Wording("A unit has no identifier.", "Keep the identifiers of the exported file."),
    "twice": Wording("The unit “{unit}” stands in the file twice.", "Leave one of the two."),
    "unknown-tag": Wording(
        "The placeholder “{tag}” stands for nothing in this unit.", "Keep the placeholders of the source."
    ),
}


def doubled(units: Iterable[Unit]) -> list[tuple[int, str]]:
    """Units that stand in a file more than once: their number, counted from 1, and name."""
    seen: set[tuple[str, str]] = set()
    found = []
    for number, one in enumerate(units, start=1):
        if (one.item, one.id) in seen:
            found.append((number, f"{one.item} {one.id}"))
        seen.add((one.item, one.id))
    return found

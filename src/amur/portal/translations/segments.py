"""The texts of a page as segments, and a page's body built anew from a translator's texts.

A segment is a field (`title`) or a text of a block (`body.<block id>`, `body.<block id>.caption`). A page
that was copied for translation has the source's block ids; older ones are matched by the order of their
blocks. Called by `pages`.
"""

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from wagtail import blocks

from amur.portal.languages.codes import Language

FIELDS = ("title", "summary", "place", "search_description")
TRANSLATED_BLOCKS = frozenset({blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock})

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of source text. `rich` text holds tags that the translation must keep."""

    id: str
    label: str | Promise
    text: str
    language: Language
    rich: bool = False

    @property
    def hash(self) -> str:
        return hash_of(self.text)


def hash_of(text: str) -> str:
    """The fingerprint of a text; line ends and spaces around it do not count.

    >>> hash_of("one\\r\\n") == hash_of("one")
    True
    """
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode()).hexdigest()


def segments_of(page: Any) -> list[Segment]:
    """The segments of a page that are not empty, in the order of reading."""
    found = []
    for name in FIELDS:
        text = str(getattr(page, name, "") or "")
        if text.strip():
            found.append(Segment(name, page._meta.get_field(name).verbose_name, text, page.language))
    body = page.body
    for raw in raw_of(body):
        block = body.stream_block.child_blocks.get(raw["type"])
        if block is not None:
            found += [
                Segment(f"body.{raw['id']}{path}", label, text, page.language, rich)
                for path, label, text, rich in _texts(block, raw["value"], "")
                if text.strip()
            ]
    return found


def raw_of(body: Any) -> list[Raw]:
    """The stored blocks of a body, each with its id."""
    value = body.get_prep_value() if hasattr(body, "get_prep_value") else body
    return [dict(one) for one in value or ()]


def _texts(block: Any, value: Any, path: str) -> Iterator[tuple[str, Any, str, bool]]:
    if type(block) in TRANSLATED_BLOCKS:
        yield path, block.label, str(value or ""), isinstance(block, blocks.RichTextBlock)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _texts(child, (value or {}).get(name), f"{path}.{name}")


def aligned(source: Sequence[Raw], target: Sequence[Raw]) -> dict[str, str]:
    """For blocks of the target the ids of the source's blocks that they translate.

    >>> aligned([{"id": "a", "type": "text"}], [{"id": "z", "type": "text"}])
    {'z': 'a'}
    """
    ids = {one["id"] for one in source}
    pairs = {one["id"]: one["id"] for one in target if one["id"] in ids}
    if not pairs and [one["type"] for one in source] == [one["type"] for one in target]:
        pairs = {there["id"]: here["id"] for here, there in zip(source, target, strict=True)}
    return pairs


def translated_texts(source: Any, target: Any) -> dict[str, str]:
    """The target page's texts by the source's segment ids; what has no counterpart is left out."""
    pairs = aligned(raw_of(source.body), raw_of(target.body))
    found = {}
    for one in segments_of(target):
        if not one.id.startswith("body."):
            found[one.id] = one.text
            continue
        block, dot, rest = one.id.removeprefix("body.").partition(".")
        if block in pairs:
            found[f"body.{pairs[block]}{dot}{rest}"] = one.text
    return found


def with_texts(
    source: Any, target: Any | None, texts: Mapping[str, str], ever: Callable[[], frozenset[str]]
) -> list[Raw]:
    """The blocks of a translated body: the source's structure and media with the translator's texts.

    Blocks that only the translation has stay where they were; those whose source block is gone (`ever` gives
    the ids of all blocks that the source has had) go with it.
    """
    here, there = raw_of(source.body), raw_of(target.body) if target is not None else []
    pairs = aligned(here, there)
    own: dict[str, list[Raw]] = {}
    gone = ever() if len(pairs) < len(there) else frozenset()
    before = ""
    for one in there:
        if one["id"] in pairs:
            before = pairs[one["id"]]
        elif one["id"] not in gone:
            own.setdefault(before, []).append(one)
    built = list(own.get("", ()))
    for one in here:
        block = source.body.stream_block.child_blocks.get(one["type"])
        fresh = copy.deepcopy(one)
        if block is not None:
            fresh["value"] = _filled(block, fresh["value"], f"body.{one['id']}", texts)
        built += [fresh, *own.get(one["id"], ())]
    return built


def _filled(block: Any, value: Any, path: str, texts: Mapping[str, str]) -> Any:
    if type(block) in TRANSLATED_BLOCKS:
        return texts.get(path, "")
    if isinstance(block, blocks.StructBlock):
        inner = value or {}
        return {
            **inner,
            **{
                name: _filled(child, inner.get(name), f"{path}.{name}", texts)
                for name, child in block.child_blocks.items()
                if name in inner
            },
        }
    return value

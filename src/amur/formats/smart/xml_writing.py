"""Writes elements as SMART does: one prefix for the namespace of the document, four blanks for each level.

The blanks begin anew at every eighth level, so that a file that is read and written again differs in no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from amur.formats.smart.xml_reading import Element

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LEVELS = 8
_IN_ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_IN_TEXT = {"\r": "&#13;"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines_of(root: Element, namespace: str, prefix: str) -> Iterator[str]:
    """The lines of a document in its namespace. Raises ValueError for letters that XML cannot hold."""
    yield DECLARATION
    declaration = f' xmlns:{prefix}="{_quoted(namespace)}"' if prefix else f' xmlns="{_quoted(namespace)}"'
    yield from _element(root, 0, f"{prefix}:" if prefix else "", declaration, "" if prefix else namespace)


def _element(element: Element, depth: int, prefix: str, declaration: str, default: str) -> Iterator[str]:
    """`default` is the namespace of names without a prefix, where the element stands."""
    address, name, more = "", prefix + element.tag, declaration
    if element.tag.startswith("{"):
        address, _, name = element.tag[1:].partition("}")
        if address != default:
            more += f' xmlns="{_quoted(address)}"'
            default = address
    attributes = "".join(
        _attribute(key, value, k) for k, (key, value) in enumerate(element.attributes.items())
    )
    blanks = "    " * (depth % _LEVELS)
    opening = f"{blanks}<{name}{more}{attributes}"
    if element.children:
        yield f"{opening}>\n"
        for child in element.children:
            yield from _element(child, depth + 1, prefix, "", default)
        yield f"{blanks}</{name}>\n"
    elif element.text:
        yield f"{opening}>{escape(_possible(element.text), _IN_TEXT)}</{name}>\n"
    else:
        yield f"{opening}/>\n"


def _attribute(key: str, value: str, number: int) -> str:
    address, _, name = key.rpartition(" ")
    if not address:
        return f' {name}="{_quoted(value)}"'
    if address == "http://www.w3.org/XML/1998/namespace":
        return f' xml:{name}="{_quoted(value)}"'
    return f' xmlns:a{number}="{_quoted(address)}" a{number}:{name}="{_quoted(value)}"'


def _quoted(value: str) -> str:
    return escape(_possible(value), _IN_ATTRIBUTE)


def _possible(text: str) -> str:
    found = _NOT_IN_XML.search(text)
    if found:
        raise ValueError(f"XML cannot hold the letter {found[0]!r}")
    return text

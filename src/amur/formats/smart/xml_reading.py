"""Reads XML of strangers as a stream: no document types, no entities, limits on depth and size, line numbers.

Called by `documents.py`. The parser is expat, with namespaces; whatever could reach outside the file or
multiply itself is refused before it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol
from xml.parsers import expat

from amur.formats.errors import ProblemList, shortened

SMART_NAMESPACE = re.compile(r"http://www\.smartconservationsoftware\.org/xml/(\d+\.\d+)/(\w+)")
_CHUNK = 1 << 18
_MOST_HELD: Final = 1 << 22
"""Bytes without an end of an element, beyond which all goes to the parser."""
_PROLOGUE: Final = re.compile(
    rb"""\s*(?:<\?xml version=["']1\.0["'](?: encoding=["'](?i:utf-8)["'])?"""
    rb"""(?: standalone=["']\w+["'])?\s*\?>\s*)?"""
    rb"<[^<>!?]*>"
)


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What a file may hold."""

    file_bytes: int = 1 << 30
    depth: int = 64
    elements: int = 20_000_000


class Element:
    """An element as it was read. `tag` is the local name in the namespace of the document, else {URI}name."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(
        self,
        tag: str,
        attributes: Mapping[str, str],
        line: int = 0,
        text: str = "",
        children: Sequence[Element] = (),
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.text = text
        self.children = children


@dataclass(frozen=True, slots=True)
class Root:
    """The first element with the namespace of the document and the prefix that stood for it."""

    element: Element
    namespace: str
    prefix: str
    own_namespace: str
    """The namespace of the first element itself; another one where a file is not what SMART writes."""


Consumer = Callable[[Element, list[Element]], None]


class Shortcut(Protocol):
    """Takes elements of one tag from the text of a document, before they are parsed."""

    def begin(self, root: Root) -> tuple[bytes, bytes]:
        """How such an element begins and ends in a document with this root."""

    def take(self, text: str, around: list[Element]) -> bool:
        """Take an element inside those around it; False where it has to be parsed."""


class Refused(Exception):
    """The rest of a file is not looked at; the reason is noted."""


class _Handlers:
    """What the parser calls: elements are built from the inside out, those that are consumed are dropped."""

    def __init__(self, limits: XmlLimits, problems: ProblemList, consumers: Mapping[str, Consumer]) -> None:
        self.limits = limits
        self.problems = problems
        self.consumers = consumers
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.pieces: list[str] = []
        self.parser.CharacterDataHandler = self.pieces.append
        self.parser.StartNamespaceDeclHandler = self.declare
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.EntityDeclHandler = self.refuse_doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.stack: list[Element] = []
        self.tags: dict[str, str] = {}
        self.declared: dict[str, str] = {}
        self.namespace: str | None = None
        self.root: Root | None = None
        self.left = limits.elements
        self.lines_taken = 0

    @property
    def line(self) -> int:
        """The line of the file."""
        return self.parser.CurrentLineNumber + self.lines_taken

    def parse(self, data: bytes, is_last: bool) -> None:
        self.parser.Parse(data, is_last)

    def declare(self, prefix: str | None, address: str) -> None:
        if not self.stack:
            self.declared.setdefault(address or "", prefix or "")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.tags.get(name) or self.tag_of(name)
        stack = self.stack
        if self.pieces:
            self.take_text(stack[-1])
        self.left -= 1
        if self.left < 0:
            self.give_up("xml-elements", limit=self.limits.elements)
        if len(stack) >= self.limits.depth:
            self.give_up("xml-deep", limit=self.limits.depth)
        element = Element(tag, attributes, self.parser.CurrentLineNumber + self.lines_taken)
        if not stack:
            own = name.rpartition(" ")[0]
            namespace = self.namespace or ""
            self.root = Root(element, namespace, self.declared.get(namespace, ""), own)
        stack.append(element)

    def end(self, _name: str) -> None:
        stack = self.stack
        element = stack.pop()
        if self.pieces:
            self.take_text(element)
        if stack:
            consumer = self.consumers.get(element.tag)
            if consumer is not None:
                consumer(element, stack)
                return
            around = stack[-1]
            if isinstance(around.children, list):
                around.children.append(element)
            else:
                around.children = [element]

    def take_text(self, element: Element) -> None:
        """The text since the last mark; of an element with inner ones only what is more than blanks."""
        text = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        self.pieces.clear()
        if element.text:
            element.text += text
        elif not (element.children and text.isspace()):
            element.text = text

    def tag_of(self, name: str) -> str:
        address, _, local = name.rpartition(" ")
        if self.namespace is None:
            ours = [each for each in (address, *self.declared) if SMART_NAMESPACE.fullmatch(each)]
            self.namespace = ours[0] if ours else address
            tag = local
        else:
            tag = local if address == self.namespace else f"{{{address}}}{local}"
        self.tags[name] = tag
        return tag

    def refuse_doctype(self, *_declaration: object) -> None:
        self.give_up("xml-doctype")

    def instruction(self, name: str, _content: str) -> None:
        self.problems.warn("xml-instruction", row=self.line, name=shortened(name))

    def give_up(self, code: str, limit: int | None = None) -> None:
        self.problems.error(code, row=self.line, limit=limit)
        raise Refused


class _Cutter:
    """Cuts elements for a shortcut out of what goes to the parser.

    Outside comments, instructions and sections of plain text every “<” begins a tag; at the first sign of one
    of those, and of a second declaration of namespaces, all the rest goes to the parser.
    """

    def __init__(self, handlers: _Handlers, shortcut: Shortcut) -> None:
        self.handlers = handlers
        self.shortcut = shortcut
        self.held = b""
        self.is_on: bool | None = None
        self.opening, self.closing = b"", b""
        self.before = b">"
        """The last byte that was given to the parser when all of a piece was looked at."""

    def feed(self, data: bytes, is_last: bool) -> None:
        """Give what comes next to the shortcut or to the parser."""
        data = self.held + data
        self.held = b""
        if self.is_on is None:
            data = self._begin(data)
        if self.is_on and not (b"<!" in data or b"<?" in data or b"xmlns" in data):
            data = self._cut(data)
            last = data.find(self.opening)
            last = data.rfind(b"<") if last < 0 else last
            self.is_on = len(data) - last < _MOST_HELD
            if self.is_on and not is_last and last >= 0:
                data, self.held = data[:last], data[last:]
        else:
            self.is_on = False
        if data or is_last:
            self.handlers.parse(data, is_last)
            self.before = data[-1:]

    def _begin(self, data: bytes) -> bytes:
        """Read the first element; what follows it."""
        first = _PROLOGUE.match(data)
        self.is_on = False
        if first is None:
            return data
        self.handlers.parse(data[: first.end()], False)
        root = self.handlers.root
        if root is not None and root.own_namespace == root.namespace:
            self.is_on = True
            self.opening, self.closing = self.shortcut.begin(root)
        return data[first.end() :]

    def _cut(self, data: bytes) -> bytes:
        """Give the shortcut each whole element that is there; what is after the last one."""
        done = 0
        handlers = self.handlers
        while (start := data.find(self.opening, done)) >= 0:
            end = data.find(self.closing, start)
            if end < 0:
                break
            end += len(self.closing)
            if start > done:
                handlers.parse(data[done:start], False)
            if not self._take(data, start, end):
                handlers.parse(data[start:end], False)
            done = end
        return data[done:]

    def _take(self, data: bytes, start: int, end: int) -> bool:
        handlers = self.handlers
        if (data[start - 1 : start] if start else self.before) not in (b">", b" ", b"\t", b"\n"):
            return False  # the parser may still wait for what follows
        given = data[start:end]
        count = given.count(b"</")
        if count > handlers.left:
            return False
        try:
            text = given.decode()
        except UnicodeDecodeError:
            return False
        if not self.shortcut.take(text, handlers.stack):
            return False
        handlers.left -= count
        handlers.lines_taken += given.count(b"\n")
        return True


def read_xml(
    opened: BinaryIO,
    problems: ProblemList,
    limits: XmlLimits | None = None,
    consumers: Mapping[str, Consumer] | None = None,
    progress: Callable[[int], None] = lambda read: None,
    shortcut: Shortcut | None = None,
) -> Root | None:
    """Read a document; None where it cannot be read to its end, which is noted.

    Elements whose tag has a consumer are given to it, with those around them, and are not kept.
    `progress` is told the bytes read so far; what it raises ends the reading. What a `shortcut` takes is
    never parsed.
    """
    limits = limits or XmlLimits()
    handlers = _Handlers(limits, problems, consumers or {})
    feed = handlers.parse if shortcut is None else _Cutter(handlers, shortcut).feed
    read = 0
    try:
        while chunk := opened.read(_CHUNK):
            read += len(chunk)
            if read > limits.file_bytes:
                problems.error("file-large", limit=limits.file_bytes)
                return None
            feed(chunk, False)
            progress(read)
        feed(b"", True)
    except expat.ExpatError as broken:
        problems.error(
            "xml-broken", row=broken.lineno + handlers.lines_taken, reason=expat.errors.messages[broken.code]
        )
        return None
    except Refused:
        return None
    return handlers.root

"""Reads and writes the XML documents of SMART: patrols, data models, configurable models, incidents.

A reader gives a whole `Document` or raises `FormatErrors` with every problem; "row" is the line of the file.
A document that is written again is equal to the one that was read, as canonical XML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, cast

from amur.formats.errors import FormatError, FormatErrors, ProblemList, shortened
from amur.formats.files import replacing
from amur.formats.smart.binding import bind, unbind
from amur.formats.smart.configurable import ConfigurableModel
from amur.formats.smart.datamodel import DataModel
from amur.formats.smart.incident import Incident
from amur.formats.smart.messages import WORDINGS
from amur.formats.smart.patrol import Patrol, Waypoint
from amur.formats.smart.plain import PlainWaypoints
from amur.formats.smart.xml_reading import (
    SMART_NAMESPACE,
    Consumer,
    Element,
    Root,
    XmlLimits,
    read_xml,
)
from amur.formats.smart.xml_writing import lines_of

Content = TypeVar("Content")
Progress = Callable[[float], None]
Sink = Callable[[int, int, Waypoint], None]
_ADDRESS = "http://www.smartconservationsoftware.org/xml/{version}/{name}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of document: its namespace, its first element, the versions that are read, its prefix."""

    name: str
    root: str
    versions: tuple[str, ...]
    prefix: str
    words: str


_KINDS: dict[type, _Kind] = {
    Patrol: _Kind("patrol", "patrol", ("1.0", "1.1", "1.2", "1.3"), "ns2", "patrol"),
    DataModel: _Kind("datamodel", "DataModel", ("1.0", "1.1"), "", "data model"),
    ConfigurableModel: _Kind("dataentry", "ConfigurableModel", ("1.0",), "", "configurable model"),
    Incident: _Kind("independentincident", "Waypoint", ("1.0",), "", "independent incident"),
}


@dataclass(frozen=True, slots=True)
class Document(Generic[Content]):
    """A document of SMART: its content, the version of the format, the prefix of its namespace."""

    content: Content
    version: str
    prefix: str

    @classmethod
    def of(cls, content: Content, version: str | None = None) -> Document[Content]:
        """A new document, in the newest version unless another one is named."""
        kind = _KINDS[type(content)]
        if version is not None and version not in kind.versions:
            raise ValueError(f"{kind.words} {version}: known are {', '.join(kind.versions)}")
        return cls(content, version or kind.versions[-1], kind.prefix)

    @property
    def words(self) -> str:
        """What it is, with its version."""
        return f"{_KINDS[type(self.content)].words} {self.version}"


AnyDocument = Document[Patrol] | Document[DataModel] | Document[ConfigurableModel] | Document[Incident]


@dataclass(frozen=True, slots=True)
class Read:
    """A document where there is no error, and everything that was found."""

    document: AnyDocument | None
    found: FormatErrors


def examine(
    source: Path | bytes,
    *,
    name: str | None = None,
    sink: Sink | None = None,
    limits: XmlLimits | None = None,
    progress: Progress = lambda share: None,
) -> Read:
    """Read a document of any kind and tell every problem. `source` is a file, or bytes with a `name`.

    With a `sink` the waypoints of a patrol are given to it, one by one, with the numbers of their leg and day
    from 0, as soon as they are read, and are not kept in the patrol; after the first error none is given.
    """
    limits = limits or XmlLimits()
    problems = ProblemList(WORDINGS, name or (source.name if isinstance(source, Path) else "-"))
    document = None
    try:
        with source.open("rb") if isinstance(source, Path) else BytesIO(source) as opened:
            size = source.stat().st_size if isinstance(source, Path) else len(source)
            document = _read(opened, size, problems, sink, limits, progress)
    except FileNotFoundError:
        problems.error("file-missing", path=shortened(source))
    except OSError as error:
        problems.error("file-unreadable", reason=shortened(error))
    found = FormatErrors(problems.listed, problems.error_count, problems.warning_count)
    return Read(None if problems.error_count else document, found)


def read_patrol(source: Path | bytes, sink: Sink | None = None) -> Document[Patrol]:
    """A patrol. Raises `FormatErrors`; see `examine` for `sink`.

    >>> text = b'''<patrol xmlns="http://www.smartconservationsoftware.org/xml/1.3/patrol" id="P1"
    ... patrolType="GROUND" startDate="2026-03-01" endDate="2026-03-02" isArmed="false"/>'''
    >>> read_patrol(text).content.start.isoformat()
    '2026-03-01'
    """
    return cast(Document[Patrol], _wanted(Patrol, examine(source, sink=sink)))


def read_data_model(source: Path | bytes) -> Document[DataModel]:
    """A data model. Raises `FormatErrors`."""
    return cast(Document[DataModel], _wanted(DataModel, examine(source)))


def read_configurable_model(source: Path | bytes) -> Document[ConfigurableModel]:
    """A configurable model. Raises `FormatErrors`."""
    return cast(Document[ConfigurableModel], _wanted(ConfigurableModel, examine(source)))


def read_incident(source: Path | bytes) -> Document[Incident]:
    """An independent incident. Raises `FormatErrors`."""
    return cast(Document[Incident], _wanted(Incident, examine(source)))


def text_of(document: AnyDocument) -> str:
    """The XML of a document. Raises ValueError for letters that XML cannot hold."""
    kind = _KINDS[type(document.content)]
    namespace = _ADDRESS.format(version=document.version, name=kind.name)
    return "".join(lines_of(unbind(kind.root, document.content), namespace, document.prefix))


def write_document(document: AnyDocument, path: Path) -> None:
    """Write a document: the whole file or none."""
    text = text_of(document)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _wanted(content: type, read: Read) -> AnyDocument:
    if read.document is None:
        raise read.found
    if not isinstance(read.document.content, content):
        file = read.found.problems[0].file if read.found.problems else "-"
        params = {"found": read.document.words, "wanted": _KINDS[content].words}
        problem = FormatError("root-kind", WORDINGS["root-kind"], params, file=file, row=1)
        raise FormatErrors([problem, *read.found.problems], 1, read.found.warning_count)
    return read.document


def _read(
    opened: BinaryIO,
    size: int,
    problems: ProblemList,
    sink: Sink | None,
    limits: XmlLimits,
    progress: Progress,
) -> AnyDocument | None:
    consumers: dict[str, Consumer] = {}
    waypoints = None
    if sink is not None:
        waypoints = _Waypoints(sink, problems)
        consumers["waypoints"] = waypoints.consume
    root = read_xml(
        opened, problems, limits, consumers, lambda read: progress(read / max(size, 1)), waypoints
    )
    if root is None:
        return None
    content = _content_type(root, problems)
    if content is None:
        return None
    made: Any = bind(content, root.element, problems)
    found = SMART_NAMESPACE.fullmatch(root.namespace)
    return Document(made, found[1] if found else "", root.prefix)


def _content_type(root: Root, problems: ProblemList) -> type | None:
    line, tag = root.element.line, root.element.tag
    matching = [(content, kind) for content, kind in _KINDS.items() if kind.root == tag]
    if not matching:
        problems.error("root-unknown", row=line, name=shortened(tag))
        return None
    ((content, kind),) = matching
    version, name = getattr(SMART_NAMESPACE.fullmatch(root.namespace), "groups", lambda: ("", ""))()
    if root.own_namespace != root.namespace or name != kind.name:
        wanted = _ADDRESS.format(version=kind.versions[-1], name=kind.name)
        problems.error(
            "root-namespace", row=line, name=tag, found=shortened(root.own_namespace, 80), wanted=wanted
        )
    elif version not in kind.versions:
        problems.error("root-version", row=line, found=version, wanted=kind.versions[-1])
    return content


class _Waypoints:
    """Gives waypoints to a sink with the numbers of their leg and day."""

    def __init__(self, sink: Sink, problems: ProblemList) -> None:
        self._sink = sink
        self._problems = problems
        self._leg: Element | None = None
        self._day: Element | None = None
        self._number = [-1, -1]
        self._plain: PlainWaypoints | None = None

    def begin(self, root: Root) -> tuple[bytes, bytes]:
        """How waypoints begin and end in the text of a document with this root."""
        self._plain = PlainWaypoints(f"{root.prefix}:" if root.prefix else "")
        return self._plain.opening, self._plain.closing

    def take(self, text: str, around: list[Element]) -> bool:
        """Take a waypoint that is plain and stands where it belongs."""
        if self._plain is None or [each.tag for each in around] != ["patrol", "legs", "days"]:
            return False
        waypoint = self._plain.read(text)
        if waypoint is None:
            return False
        if not self._problems.error_count:
            self._give(waypoint, around)
        return True

    def consume(self, element: Element, around: list[Element]) -> None:
        """Called with each other waypoint and the elements around it."""
        waypoint = bind(Waypoint, element, self._problems)
        if len(around) >= 3 and not self._problems.error_count:
            self._give(waypoint, around)

    def _give(self, waypoint: Waypoint, around: list[Element]) -> None:
        leg, day = around[-2], around[-1]
        if leg is not self._leg:
            self._leg, self._number[0] = leg, sum(child.tag == leg.tag for child in around[-3].children)
        if day is not self._day:
            self._day, self._number[1] = day, sum(child.tag == day.tag for child in leg.children)
        self._sink(self._number[0], self._number[1], waypoint)

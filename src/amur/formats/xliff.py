"""Units of text as XLIFF: written as 2.0, read as 2.0, 2.1 and 1.2.

Every tag of rich text is a placeholder (`ph`) with its text in `originalData`: a translator's tool can move
it and cannot break it. What XML cannot carry goes as `cp`. Nothing outside the file is ever loaded.

>>> batch = Batch("en", "ru", (Unit("news/1", "body.a", "<p>A <b>tiger</b></p>", rich=True),))
>>> read_xliff(write_xliff(batch)) == batch
True
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET  # only to write; reading is done by defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from amur.formats.errors import ProblemList
from amur.formats.inline import Tag, joined, pieces
from amur.formats.units import STATES, WORDINGS, Batch, Unit, doubled
from amur.formats.xliff_inline import Codes, UnknownTag, inline_of

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
OLD_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
RICH = "amur:html"
# Characters that XML 1.0 cannot carry, or that its readers change.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
STATE_OUT = {
    "missing": "initial",
    "machine": "translated",
    "draft": "translated",
    "outdated": "translated",
    "reviewed": "final",
}
REVIEWED = frozenset({"reviewed", "final", "signed-off"})
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def write_xliff(batch: Batch) -> bytes:
    """The units as XLIFF 2.0, one `file` an item."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(
        _q("xliff"), {"version": "2.0", "srcLang": batch.source_language, "trgLang": batch.target_language}
    )
    files: dict[str, ET.Element] = {}
    for number, one in enumerate(batch.units, start=1):
        if one.item not in files:
            files[one.item] = _file(root, one, len(files) + 1)
        _write_unit(files[one.item], one, number)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _file(root: ET.Element, one: Unit, number: int) -> ET.Element:
    file = ET.SubElement(root, _q("file"), {"id": f"f{number}", "original": one.item})
    if one.title:
        notes = ET.SubElement(file, _q("notes"))
        ET.SubElement(notes, _q("note"), {"category": "title"}).text = UNFIT.sub(" ", one.title)
    return file


def _write_unit(file: ET.Element, one: Unit, number: int) -> None:
    given = {"id": f"u{number}", "name": one.id, SPACE: "preserve", **({"type": RICH} if one.rich else {})}
    unit = ET.SubElement(file, _q("unit"), given)
    if one.note:
        notes = ET.SubElement(unit, _q("notes"))
        ET.SubElement(notes, _q("note")).text = UNFIT.sub(" ", one.note)
    source, target = ((pieces(text) if one.rich else (text,)) for text in (one.source, one.target))
    codes = Codes()
    data = ET.SubElement(unit, _q("originalData"))
    state = {"state": STATE_OUT[one.state], "subState": f"amur:{one.state}"}
    segment = ET.SubElement(unit, _q("segment"), state)
    _write_text(ET.SubElement(segment, _q("source")), source, codes)
    if one.target:
        codes.start_target()
        _write_text(ET.SubElement(segment, _q("target")), target, codes)
    for name, text in codes.data.items():
        ET.SubElement(data, _q("data"), {"id": name}).text = text
    if not codes.data:
        unit.remove(data)


def _write_text(parent: ET.Element, parts: Iterable[Tag | str], codes: Codes) -> None:
    last: ET.Element | None = None

    def add(text: str) -> None:
        if last is None:
            parent.text = (parent.text or "") + text
        else:
            last.tail = (last.tail or "") + text

    for one in parts:
        if isinstance(one, Tag):
            number, data = codes.of(one.text)
            last = ET.SubElement(parent, _q("ph"), {"id": number, "dataRef": data, "disp": one.text})
            continue
        end = 0
        for match in UNFIT.finditer(one):
            add(one[end : match.start()])
            last = ET.SubElement(parent, _q("cp"), {"hex": f"{ord(match[0]):04X}"})
            end = match.end()
        add(one[end:])


def read_xliff(data: bytes, name: str = "file.xlf") -> Batch:
    """The units of a file. Raises FormatErrors with every problem of it."""
    problems = ProblemList(WORDINGS, name)
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError) as error:
        problems.error("unreadable", why=str(error) or type(error).__name__)
        problems.raise_if_errors()
        raise
    if _name(root) != "xliff":
        problems.error("not-this-format", format="XLIFF")
    version = root.get("version", "")
    if version not in {"2.0", "2.1", "1.2"}:
        problems.error("version", version=version or "?")
    problems.raise_if_errors()
    old = version == "1.2"
    languages = _old_languages(root) if old else (root.get("srcLang", ""), root.get("trgLang", ""))
    for code, which in zip(languages, ("source", "target"), strict=True):
        if not code:
            problems.error("no-language", which=which)
    units = list(_old_units(root, problems) if old else _units(root, problems))
    for number, unit in doubled(units):
        problems.error("twice", row=number, unit=unit)
    problems.raise_if_errors()
    return Batch(languages[0], languages[1], tuple(units))


def _units(root: ET.Element, problems: ProblemList) -> Iterator[Unit]:
    number = 0
    for file in _all(root, "file"):
        title = next((one.text or "" for one in _all(file, "note") if one.get("category") == "title"), "")
        for unit in _all(file, "unit"):
            number += 1
            item, name = file.get("original", ""), unit.get("name", "")
            if not item or not name:
                problems.error("no-id", row=number)
                continue
            codes = {one.get("id", ""): one.text or "" for one in _all(unit, "data")}
            rich = unit.get("type") == RICH
            segments = [one for one in unit.iter() if _name(one) in {"segment", "ignorable"}]
            try:
                source = _text(segments, "source", codes, rich)
                target = _text(segments, "target", codes, rich)
            except UnknownTag as error:
                problems.error("unknown-tag", row=number, column=name, tag=str(error))
                continue
            note = next((one.text or "" for one in _all(unit, "note")), "")
            states = [one for one in segments if _name(one) == "segment"]
            yield Unit(item, name, source, target, _state(states, target), rich, title, note)


def _text(segments: list[ET.Element], which: str, codes: dict[str, str], rich: bool) -> str:
    """The text of all segments of a unit; none while a segment is without translation."""
    parts: list[Tag | str] = []
    for segment in segments:
        found = next((one for one in segment if _name(one) == which), None)
        if found is None and _name(segment) == "ignorable":
            found = next((one for one in segment if _name(one) == "source"), None)
        if found is None:
            return ""
        parts += inline_of(found, codes)
    return _joined(parts, rich)


def _joined(parts: Iterable[Tag | str], rich: bool) -> str:
    if rich:
        return joined(parts)
    return "".join(one.text if isinstance(one, Tag) else one for one in parts)


def _state(segments: list[ET.Element], target: str) -> str:
    if not target:
        return "missing"
    if all(one.get("state") in REVIEWED for one in segments):
        return "reviewed"
    known = {one.get("subState", "").removeprefix("amur:") for one in segments}
    left = next(iter(known)) if len(known) == 1 else "draft"
    return left if left in STATES and left not in {"missing", "reviewed"} else "draft"


def _old_units(root: ET.Element, problems: ProblemList) -> Iterator[Unit]:
    number = 0
    for file in _all(root, "file"):
        for unit in _all(file, "trans-unit"):
            number += 1
            item, name = file.get("original", ""), unit.get("resname") or unit.get("id") or ""
            if not item or not name:
                problems.error("no-id", row=number)
                continue
            here = next((one for one in unit if _name(one) == "source"), None)
            there = next((one for one in unit if _name(one) == "target"), None)
            rich = unit.get("datatype", file.get("datatype")) == "html"
            try:
                source = _joined(inline_of(here, {}), rich) if here is not None else ""
                target = _joined(inline_of(there, {}), rich) if there is not None else ""
            except UnknownTag as error:
                problems.error("unknown-tag", row=number, column=name, tag=str(error))
                continue
            reviewed = there is not None and there.get("state") in REVIEWED
            state = "missing" if not target else "reviewed" if reviewed else "draft"
            yield Unit(item, name, source, target, state, rich)


def _old_languages(root: ET.Element) -> tuple[str, str]:
    file = next(_all(root, "file"), None)
    if file is None:
        return "", ""
    return file.get("source-language", ""), file.get("target-language", "")


def _all(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in parent.iter() if _name(one) == name)


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]

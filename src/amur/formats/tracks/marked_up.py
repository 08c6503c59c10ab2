"""GPX and KML: fixes out of XML, with the same guards as the XML of SMART."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from zoneinfo import ZoneInfo

from amur.formats.errors import ProblemList, shortened
from amur.formats.smart.xml_reading import Element, read_xml
from amur.formats.tracks.track import Builder, Tracks

_GX = "{http://www.google.com/kml/ext/2.2}"


def read_gpx(opened: BinaryIO, zone: ZoneInfo | None, problems: ProblemList) -> Tracks:
    """The tracks of GPX 1.0 or 1.1; waypoints and routes are no fixes and are told as lost."""
    root = _root(opened, problems, "gpx")
    if root is None:
        return Tracks(())
    tracks = []
    extensions = 0
    for number, track in enumerate(_children(root, "trk"), start=1):
        builder = Builder(_text(track, "name") or f"{number}", problems, zone)
        for part, segment in enumerate(_children(track, "trkseg")):
            for point in _children(segment, "trkpt"):
                place = point.attributes.get("lon", ""), point.attributes.get("lat", "")
                altitude = _text(point, "ele")
                builder.add(point.line, *place, _text(point, "time"), altitude=altitude, part=part)
                extensions += any(child.tag == "extensions" for child in point.children)
        tracks.append(builder.track())
    counts = {
        "waypoints": len(list(_children(root, "wpt"))),
        "routes": len(list(_children(root, "rte"))),
        "extensions of fixes": extensions,
    }
    return Tracks(tuple(tracks), tuple(f"{what}: {count}" for what, count in counts.items() if count))


def read_kml(opened: BinaryIO, zone: ZoneInfo | None, problems: ProblemList) -> Tracks:
    """The tracks of KML: `gx:Track`, lines, and points with a time, which make one track together."""
    root = _root(opened, problems, "kml")
    if root is None:
        return Tracks(())
    tracks = []
    points = Builder("points", problems, zone)
    lost = 0
    for number, mark in enumerate(_all(root, "Placemark"), start=1):
        name = _text(mark, "name") or f"{number}"
        moving = list(_all(mark, f"{_GX}Track"))
        lines = list(_all(mark, "LineString"))
        time = next((_text(each, "when") for each in _children(mark, "TimeStamp")), None)
        if moving or lines:
            builder = Builder(name, problems, zone)
            for part, each in enumerate(moving):
                _add_moving(builder, each, part, problems)
            for part, each in enumerate(lines, start=len(moving)):
                for place in (_text(each, "coordinates") or "").split():
                    _add_place(builder, each.line, place.split(","), None, part)
            tracks.append(builder.track())
        elif time is not None:
            for each in _all(mark, "Point"):
                _add_place(points, each.line, (_text(each, "coordinates") or "").strip().split(","), time, 0)
        else:
            lost += 1
    if points.places:
        tracks.append(points.track())
    return Tracks(tuple(tracks), (f"placemarks without a time: {lost}",) if lost else ())


def _add_moving(builder: Builder, track: Element, part: int, problems: ProblemList) -> None:
    times = [child.text for child in _children(track, "when")]
    places = [child.text.split() for child in _children(track, f"{_GX}coord")]
    if len(times) != len(places):
        problems.error("times-count", row=track.line, places=len(places), times=len(times))
        return
    for time, place in zip(times, places, strict=True):
        _add_place(builder, track.line, place, time, part)


def _add_place(builder: Builder, line: int, place: list[str], time: str | None, part: int) -> None:
    longitude, latitude, altitude = (*place, "", "", "")[:3]
    builder.add(line, longitude, latitude, time, altitude=altitude, part=part)


def _root(opened: BinaryIO, problems: ProblemList, wanted: str) -> Element | None:
    root = read_xml(opened, problems)
    if root is None:
        return None
    if root.element.tag != wanted:
        problems.error(
            "content-unknown", row=root.element.line, name=shortened(root.element.tag), wanted=wanted.upper()
        )
        return None
    return root.element


def _children(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element.children if child.tag == tag)


def _all(element: Element, tag: str) -> Iterator[Element]:
    for child in element.children:
        if child.tag == tag:
            yield child
        else:
            yield from _all(child, tag)


def _text(element: Element, tag: str) -> str | None:
    return next((child.text for child in _children(element, tag)), None)

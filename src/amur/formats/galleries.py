"""A gallery of coats (`amur.science.stripes`) in a folder of its own.

Features are kept in blocks that never change; a save writes those that are new, then the indexes, and last a
manifest that names them all. Every file gets a temporary name, is flushed to disk and renamed, so a save that
is killed leaves the gallery as it was before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO, Final
from zipfile import BadZipFile

import faiss
import numpy as np

from amur.formats.files import replacing
from amur.science.stripes.chips import Quality, Side
from amur.science.stripes.features import Features, side_of
from amur.science.stripes.gallery import SIDES, Gallery, Settings
from amur.science.stripes.neighbours import Neighbours, Shelf
from amur.science.stripes.results import Entry

MANIFEST: Final = "gallery.json"
VERSION: Final = 1
ARRAYS: Final = ("points", "sizes", "picture_points", "descriptors")
WASTE: Final = 0.3
"""A gallery of which so large a part was taken out is packed before it is saved."""


def save(gallery: Gallery, folder: Path) -> Gallery:
    """Keep a gallery; returns it, packed anew when much was taken out. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(gallery.shelf) and 1 - gallery.shelf.used.mean() > WASTE:
        gallery = packed(gallery)
    before: dict[str, Any] = {"generation": 0, "blocks": []}
    if (folder / MANIFEST).is_file():
        before = _manifest(folder)
    generation = before["generation"] + 1
    blocks = before["blocks"] if _continues(gallery, before) else []
    kept = blocks[-1]["last"] if blocks else 0
    if kept < len(gallery.shelf):
        blocks = [*blocks, _write_block(gallery, folder, kept, generation)]
    indexes = {side: _write_index(gallery.indexes[side], folder, side, generation) for side in SIDES}
    manifest = {
        "version": VERSION,
        "generation": generation,
        "first": list(gallery.first),
        "rows": [None if row is None else _described(*row) for row in gallery.rows()],
        "blocks": blocks,
        "indexes": indexes,
    }
    text = json.dumps(manifest, ensure_ascii=False)
    _write(folder / MANIFEST, lambda file: file.write(text.encode()))
    named = {MANIFEST, *(block["file"] for block in blocks)}
    named |= {index[kind] for index in indexes.values() for kind in ("numbers", "index") if index[kind]}
    for path in folder.iterdir():
        if path.name not in named and path.suffix in {".npz", ".npy", ".faiss", ".json"}:
            path.unlink(missing_ok=True)
    return gallery


def load(folder: Path, settings: Settings | None = None) -> Gallery:
    """The gallery that was kept in a folder. Raises ValueError when there is none or it is damaged."""
    manifest = _manifest(folder)
    try:
        blocks = []
        for block in manifest["blocks"]:
            with np.load(folder / block["file"], allow_pickle=False) as read:
                blocks.append({name: read[name] for name in ARRAYS})
        empty: dict[str, Any] = {name: np.zeros((0, 2), np.float32) for name in ARRAYS}
        empty |= {"sizes": np.zeros(0, np.float32), "descriptors": np.zeros((0, 128), np.uint8)}
        whole = {
            name: np.concatenate([empty[name], *(block.pop(name) for block in blocks)]) for name in ARRAYS
        }
        first = manifest["first"]
        used = np.zeros(len(whole["descriptors"]), np.bool_)
        rows: list[tuple[Entry, Features] | None] = []
        for k, described in enumerate(manifest["rows"]):
            span = slice(first[k], first[k + 1])
            rows.append(None if described is None else _restored(described, whole, span))
            used[span] = described is not None
        if len(used) != first[-1]:
            raise ValueError(f"{len(used)} features in place of {first[-1]}")
        indexes = {side: _read_index(manifest["indexes"][side], folder) for side in SIDES}
    except (
        OSError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        RuntimeError,
        BadZipFile,
    ) as error:
        raise ValueError(f"the gallery in {folder} is damaged: {error}") from error
    return Gallery.restored(rows, first, Shelf(whole["descriptors"], used), indexes, settings)


def packed(gallery: Gallery) -> Gallery:
    """The same gallery made anew, without what was taken out."""
    found = Gallery(gallery.settings)
    for row in gallery.rows():
        if row is not None:
            entry, features = row
            found.add(
                features, picture=entry.picture, encounter=entry.encounter, animal=entry.animal,
                station=entry.station,
            )  # fmt: skip
    return found


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"there is no gallery in {folder}") from error
    except ValueError as error:
        raise ValueError(f"the gallery in {folder} is damaged: {error}") from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise ValueError(f"the gallery in {folder} was not written by this version of the program")
    return found


def _continues(gallery: Gallery, before: dict[str, Any]) -> bool:
    """Whether a gallery is what was kept, or that with more pictures behind or some taken out."""
    if not before["blocks"]:
        return False
    first, rows = before["first"], before["rows"]
    if list(gallery.first[: len(first)]) != first:
        return False
    return all(
        now is None
        or (was is not None and was["picture"] == now[0].picture and was["quality"] == _quality(now[1]))
        for was, now in zip(rows, gallery.rows(), strict=False)
    )


def _described(entry: Entry, features: Features) -> dict[str, Any]:
    return {
        "picture": entry.picture,
        "encounter": entry.encounter,
        "animal": entry.animal,
        "station": entry.station,
        "side": entry.side,
        "quality": _quality(features),
        "chip_shape": list(features.chip_shape),
        "picture_shape": list(features.picture_shape),
        "picture_scale": features.picture_scale,
    }


def _quality(features: Features) -> list[float]:
    return list(astuple(features.quality))


def _restored(described: dict[str, Any], whole: dict[str, Any], span: slice) -> tuple[Entry, Features]:
    quality = Quality(*described["quality"])
    high, wide = described["chip_shape"]
    tall, broad = described["picture_shape"]
    side = side_of(described["side"])
    features = Features(
        whole["points"][span], whole["sizes"][span], whole["picture_points"][span],
        whole["descriptors"][span], quality, side, (high, wide), (tall, broad), described["picture_scale"],
    )  # fmt: skip
    entry = Entry(
        described["picture"], described["encounter"], described["animal"], described["station"], side,
        quality.overall, len(features),
    )  # fmt: skip
    return entry, features


def _write_block(gallery: Gallery, folder: Path, kept: int, generation: int) -> dict[str, Any]:
    """Write the features from number `kept` on; those that were taken out in the meantime are zeros."""
    count = len(gallery.shelf) - kept
    arrays: dict[str, Any] = {
        "points": np.zeros((count, 2), np.float32),
        "sizes": np.zeros(count, np.float32),
        "picture_points": np.zeros((count, 2), np.float32),
        "descriptors": gallery.shelf.descriptors[kept:],
    }
    for k, row in enumerate(gallery.rows()):
        if row is not None and gallery.first[k] >= kept:
            span = slice(gallery.first[k] - kept, gallery.first[k + 1] - kept)
            for name in ARRAYS[:3]:
                arrays[name][span] = getattr(row[1], name)
    name = f"features-{generation:06}.npz"
    _write(folder / name, lambda file: np.savez(file, **arrays))
    return {"file": name, "last": len(gallery.shelf)}


def _write_index(neighbours: Neighbours, folder: Path, side: Side, generation: int) -> dict[str, Any]:
    numbers, index = f"{side}-{generation:06}.npy", None
    _write(folder / numbers, lambda file: np.save(file, neighbours.numbers))
    if neighbours.index is not None:
        index = f"{side}-{generation:06}.faiss"
        content = faiss.serialize_index(neighbours.index)
        _write(folder / index, lambda file: file.write(content.data))
    return {"numbers": numbers, "index": index, "learned": neighbours.learned}


def _read_index(described: dict[str, Any], folder: Path) -> Neighbours:
    numbers = np.load(folder / described["numbers"], allow_pickle=False)
    index = None
    if described["index"]:
        index = faiss.deserialize_index(np.fromfile(folder / described["index"], np.uint8))
    return Neighbours(numbers, index, described["learned"])


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        fill(file)

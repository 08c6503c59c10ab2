"""Tiles kept as files in the data folder. Called by `basemap` and `views`.

`<data>/cache/tiles/<set>/<version>/<zoom>/<column>/<row>.pbf.gz`: another version of the same content is
another folder, and the folders of older versions are removed. Everything here can be deleted at any time.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from amur.portal.maps.grid import Tile


@dataclass(frozen=True, slots=True)
class TileCache:
    """The tiles of one set (`basemap`, or a layer) in one version."""

    data_folder: Path
    name: str
    version: str

    @property
    def folder(self) -> Path:
        """Where the tiles of this version lie."""
        return self._set_folder / self.version

    @property
    def _set_folder(self) -> Path:
        return self.data_folder / "cache" / "tiles" / self.name

    def get(self, tile: Tile, make: Callable[[], bytes]) -> bytes:
        """The kept tile, or what `make` returns, which is then kept.

        A cache that cannot be written (disk full, read-only folder) costs time, never the tile.
        """
        file = self.folder / str(tile.zoom) / str(tile.column) / f"{tile.row}.pbf.gz"
        try:
            return file.read_bytes()
        except OSError:
            content = make()
        with contextlib.suppress(OSError):
            self._keep(file, content)
        return content

    def _keep(self, file: Path, content: bytes) -> None:
        if not self.folder.exists():
            self._remove_other_versions()
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(temporary).replace(file)  # readers see the whole tile or none
        except OSError:
            Path(temporary).unlink()
            raise

    def _remove_other_versions(self) -> None:
        if self._set_folder.is_dir():
            for other in self._set_folder.iterdir():
                if other.name != self.version:
                    shutil.rmtree(other, ignore_errors=True)


def content_hash(content: bytes) -> str:
    """A short hash of a body, for its ETag."""
    return hashlib.blake2b(content, digest_size=12).hexdigest()

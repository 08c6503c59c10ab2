"""Tables of vectors that an office's own network made: CSV or NPZ in, one file by content hash out.

CSV: a column `picture` (the identifier in flanks.csv) and one column for each number. NPZ: the arrays
`pictures` (text) and `vectors` (pictures, numbers), and optionally the text `network`.
"""

import csv
import io
import uuid
import zipfile

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from amur.portal.identity import files
from amur.portal.identity.models import Flank, GalleryState

MOST_NUMBERS = 8192


class Wrong(Exception):
    """A table that cannot be taken; the text tells where and why."""


def take(state: GalleryState, name: str, content: bytes) -> int:
    """Keep a table as the vectors of a gallery in the place of an older one; gives how many. Raises Wrong."""
    network, names, vectors = _read(name, content)
    wrong = [each for each in names if not _is_uuid(each)]
    if wrong:
        raise Wrong(_("“%(name)s” is no picture of flanks.csv.") % {"name": wrong[0][:60]})
    if len(set(names)) < len(names):
        double = next(each for each in names if names.count(each) > 1)
        raise Wrong(_("The picture %(name)s has several vectors.") % {"name": double})
    known = {
        str(one)
        for one in Flank.objects.filter(
            encounter__project__office=state.office, encounter__species=state.species, uuid__in=names
        ).values_list("uuid", flat=True)
    }
    kept = [k for k, each in enumerate(names) if each in known]
    if not kept:
        raise Wrong(_("None of the pictures of the table is in this gallery."))
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(vectors).all() or not (lengths > 0).all():
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1) | ~(lengths > 0))[0])
        raise Wrong(_("The vector of %(name)s has no direction.") % {"name": names[row]})
    out = io.BytesIO()
    np.savez(out, pictures=np.array([names[k] for k in kept]), vectors=vectors[kept].astype(np.float32))
    state.vectors, state.network = files.keep("vectors", out.getvalue()), network[:200]
    state.save()
    return len(kept)


def _read(name: str, content: bytes) -> tuple[str, list[str], NDArray[np.float64]]:
    if name.lower().endswith(".npz"):
        return _npz(name, content)
    return _csv(name, content)


def _npz(name: str, content: bytes) -> tuple[str, list[str], NDArray[np.float64]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > 8 * len(content) + (1 << 20):
                raise Wrong(_("The file unpacks to far more than it holds."))
        with np.load(io.BytesIO(content), allow_pickle=False) as table:
            pictures, vectors = table["pictures"], np.asarray(table["vectors"], np.float64)
            network = str(table["network"]) if "network" in table else name
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise Wrong(_("The file is no NPZ with the arrays “pictures” and “vectors”.")) from error
    if vectors.ndim != 2 or pictures.ndim != 1 or len(pictures) != len(vectors) or not vectors.size:
        raise Wrong(_("“vectors” needs one row of numbers for each of “pictures”."))
    return network, [str(one) for one in pictures.tolist()], vectors


def _csv(name: str, content: bytes) -> tuple[str, list[str], NDArray[np.float64]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Wrong(_("The file is neither NPZ nor CSV in UTF-8.")) from error
    if not rows or rows[0][:1] != ["picture"] or not 2 <= len(rows[0]) <= MOST_NUMBERS + 1:
        raise Wrong(_("The first column must be “picture”, the others are numbers."))
    names, vectors = [], []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            raise Wrong(
                _("Row %(row)s has %(there)s columns, not %(wanted)s.")
                % {"row": number, "there": len(row), "wanted": len(rows[0])}
            )
        try:
            vectors.append([float(cell) for cell in row[1:]])
        except ValueError:
            raise Wrong(_("Row %(row)s has something else than numbers.") % {"row": number}) from None
        names.append(row[0])
    if not names:
        raise Wrong(_("The table has no rows."))
    return name, names, np.array(vectors, np.float64)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False

"""Where GDAL and GEOS are: inside the pyogrio wheel, so that no system package is needed.

Called by the settings module, before Django is configured::

    from amur.portal.geosqlite.libraries import gdal_library, geos_library

    GDAL_LIBRARY_PATH = gdal_library()
    GEOS_LIBRARY_PATH = geos_library()

The one file ``libgdal`` of the wheel also exports the C interface of GEOS and carries the data of
PROJ, so both settings get the same path.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

#: Folders beside or inside the package ``pyogrio`` and the file names there, by platform:
#: Linux (auditwheel), macOS (delocate), Windows (delvewheel).
PLACES: tuple[tuple[str, str], ...] = (
    ("pyogrio.libs", "libgdal*.so*"),
    ("pyogrio/.dylibs", "libgdal*.dylib"),
    ("pyogrio.libs", "gdal*.dll"),
    ("pyogrio.libs", "libgdal*.dll"),
)


class LibraryMissingError(RuntimeError):
    """GDAL was not found; the message says the command that mends it."""


def _site_packages() -> Path:
    spec = find_spec("pyogrio")
    if spec is None or spec.origin is None:
        raise LibraryMissingError(
            "The Python package pyogrio, which carries GDAL and GEOS, is not installed. "
            "Install it with: python -m pip install pyogrio"
        )
    return Path(spec.origin).parent.parent


def find_library(site_packages: Path) -> str:
    """Return the path of the GDAL library of the wheel unpacked in ``site_packages``.

    Raises LibraryMissingError when there is none, as in a pyogrio that was built from source.
    """
    for folder, pattern in PLACES:
        found = sorted((site_packages / folder).glob(pattern))
        if found:
            return str(found[0])
    raise LibraryMissingError(
        f"pyogrio in {site_packages} does not carry the GDAL library (it was built from source). "
        "Install its wheel with: python -m pip install --force-reinstall --only-binary :all: pyogrio"
    )


def gdal_library() -> str:
    """Path for the setting ``GDAL_LIBRARY_PATH``; raises LibraryMissingError."""
    return find_library(_site_packages())


def geos_library() -> str:
    """Path for the setting ``GEOS_LIBRARY_PATH``: the same file; raises LibraryMissingError."""
    return find_library(_site_packages())

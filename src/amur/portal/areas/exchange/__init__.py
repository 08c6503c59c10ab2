"""Import and export of the register in the WDPCA schema. `docs/areas.md` is its guide for data managers.

Pages and commands call `as_download`, `export_file` and `import_file`; the other modules serve these:
`rows` and `stating` translate between an area and a row, `comparing` and `planning` say what an import would
do, `applying` does it, `importing` is the run around both.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from amur.portal.operations.progress import Progress

if TYPE_CHECKING:
    from amur.portal.areas.exchange.command import Report

__all__ = ["export_file", "import_file"]


def import_file(path: Path, office_key: str, *, preview: bool, progress: Progress) -> "Report":
    """Import a file for an office, or only say what that would do. Raises Problem for an unknown office."""
    from amur.portal.areas.exchange.command import import_file as work

    return work(path, office_key, preview=preview, progress=progress)


def export_file(path: Path, *, progress: Progress) -> int:
    """Write the released register to a file; returns how many areas it holds."""
    from amur.portal.areas.exchange.exporting import export_file as work

    return work(path, progress)

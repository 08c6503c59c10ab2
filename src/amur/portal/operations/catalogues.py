"""Message catalogues: `.po` as people write them, compiled beside into `.mo` as programs read them.

Called by `prepare` and by the tests. Babel does the work, so GNU gettext need not be installed.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from amur.portal.operations.problems import Problem, _


def compile_catalogues(folders: Iterable[Path]) -> int:
    """Compile each `.po` below the folders that is newer than its `.mo`; returns how many were compiled.

    Fuzzy entries are left out. Raises Problem naming file and line of what cannot be read.
    """
    stale = [po for folder in folders for po in sorted(folder.rglob("*.po")) if not _is_fresh(po)]
    for po in stale:
        _compile(po)
    return len(stale)


def _is_fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def _compile(po: Path) -> None:
    try:
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise Problem(_("{file} is no valid catalogue: {reason}").format(file=po, reason=error)) from error
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    fresh = po.with_suffix(".mo.new")
    fresh.write_bytes(compiled.getvalue())
    fresh.replace(po.with_suffix(".mo"))

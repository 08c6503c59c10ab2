"""Checks a Camtrap DP package and tells every problem in its place."""

from __future__ import annotations

import json
from pathlib import Path

from amur.commands.jobs.running import Say
from amur.formats.camtrapdp import Checked, check_package
from amur.formats.camtrapdp.package import Progress
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _

LISTED = 100_000
"""How many errors, and as many warnings, of one file are printed; all are counted."""
STAGES = {
    "deployments": _("checking deployments"),
    "media": _("checking media"),
    "observations": _("checking observations"),
    "keys": _("checking references"),
    "done": _("done"),
}


def run_check(package: Path, output: Path | None, say: Say, progress: Progress) -> int:
    """Check a package and say what was found; 0 without errors, 1 with. Raises `Problem`."""
    if output is not None and not output.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=output.absolute().parent))
    checked = check_package(
        package, LISTED, progress=lambda done, stage: progress(done, STAGES.get(stage, stage))
    )
    found = checked.found
    for problem in found.errors:
        say(str(problem))
    for problem in found.warnings:
        say(f"{_('note')}: {problem}")
    hidden = found.error_count + found.warning_count - len(found.problems)
    if hidden:
        say(_("… and {count} more.").format(count=hidden))
    if checked.rows:
        rows = ", ".join(f"{name} {count}" for name, count in checked.rows.items())
        say(_("Camtrap DP {version}, rows: {rows}").format(version=checked.version, rows=rows))
    say(_("errors: {errors}, notes: {notes}").format(errors=found.error_count, notes=found.warning_count))
    if output is not None:
        _write(checked, package, output)
    return 0 if checked.package is not None else 1


def _write(checked: Checked, package: Path, output: Path) -> None:
    found = checked.found
    content = {
        "package": str(package),
        "version": checked.version,
        "rows": dict(checked.rows),
        "errors": found.error_count,
        "warnings": found.warning_count,
        "problems": [problem.as_dict() for problem in found.problems],
    }
    with replacing(output) as temporary:
        text = json.dumps(content, ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")

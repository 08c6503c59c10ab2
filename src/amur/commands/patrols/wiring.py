"""The words of `amur patrols check` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _


def add_check_patrols(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("check", run, _("print every error of files of SMART with file, line and element"))
    command.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help=_("XML, JSON of phones, or a ZIP archive of them")
    )
    command.add_argument(
        "--model", type=Path, metavar="XML", help=_("a data model that the observations must follow")
    )
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the list as JSON"))


def run(options: argparse.Namespace) -> int:
    """Check the files."""
    from amur.commands.patrols.checking import run_check
    from amur.portal.operations.progress import Terminal

    terminal = Terminal()

    def say(line: str) -> None:
        terminal.finish()
        print(line, flush=True)

    try:
        return run_check(
            options.files,
            options.model,
            options.json,
            say,
            lambda share: terminal(share, _("checking")),
        )
    finally:
        terminal.finish()

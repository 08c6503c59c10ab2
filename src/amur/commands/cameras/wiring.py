"""The words of `amur camtrapdp check` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _


def add_check_package(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("check", run, _("print every error of a Camtrap DP package with file, row and column"))
    command.add_argument(
        "package", type=Path, metavar="PACKAGE", help=_("its folder, its datapackage.json or a ZIP archive")
    )
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the list as JSON"))


def run(options: argparse.Namespace) -> int:
    """Check the package."""
    from amur.commands.cameras.checking import run_check
    from amur.portal.operations.progress import Terminal

    terminal = Terminal()

    def say(line: str) -> None:
        terminal.finish()
        print(line, flush=True)

    try:
        return run_check(options.package, options.json, say, terminal)
    finally:
        terminal.finish()

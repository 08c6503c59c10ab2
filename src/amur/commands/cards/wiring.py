"""The words of `amur cameras import` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _


def add_import_card(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("import", run, _("read a memory card, a folder or a ZIP archive of one, into a deployment"))
    command.add_argument("folder", type=Path, metavar="FOLDER", help=_("the card, its folder or archive"))
    command.add_argument("--project", required=True, metavar="KEY", help=_("the camera project"))
    command.add_argument("--station", required=True, metavar="CODE", help=_("the station; made if it is new"))
    command.add_argument("--deployment", metavar="CODE", default="", help=_("else station and first day"))
    command.add_argument("--start", metavar="TIME", help=_("local time such as 2026-03-01T08:00"))
    command.add_argument("--end", metavar="TIME", help=_("of a deployment that does not stand yet"))
    command.add_argument("--zone", metavar="ZONE", default="", help=_("such as Asia/Vladivostok"))
    command.add_argument("--latitude", type=float, metavar="DEGREES", help=_("of a new station"))
    command.add_argument("--longitude", type=float, metavar="DEGREES", help=_("of a new station"))
    command.add_argument("--uncertainty", type=float, metavar="METRES", help=_("of its place"))
    command.add_argument("--camera", metavar="NUMBER", default="", help=_("the number of the camera"))
    command.add_argument(
        "--clock",
        action="append",
        default=[],
        metavar="SHOWN=TRUE",
        help=_("what the clock showed and what it really was; twice for a clock that runs wrong"),
    )
    command.add_argument("--finish", action="store_true", help=_("bring the pictures in, if all is well"))
    command.add_argument("--as", dest="person", metavar="NAME", help=_("the person who brings the card"))


def run(options: argparse.Namespace) -> int:
    """Read the card."""
    from amur.portal.operations.prepare import open_site
    from amur.portal.operations.progress import Terminal

    open_site(options.data_folder)
    from amur.commands.cards.importing import import_card

    terminal = Terminal()
    try:
        return import_card(options, print, terminal)
    finally:
        terminal.finish()

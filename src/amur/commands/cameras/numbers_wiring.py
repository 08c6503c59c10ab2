"""The words of `amur cameras numbers` on the command line."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _


def add_numbers(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add(
        "numbers", run, _("effort, events, indices, histories, activity and animals of a camera survey")
    )
    command.add_argument(
        "source",
        metavar="SOURCE",
        help=_("a Camtrap DP package, or the key of a camera project of the centre"),
    )
    command.add_argument("--from", dest="first", type=_day, metavar="DAY", help=_("first day (all)"))
    command.add_argument("--to", dest="last", type=_day, metavar="DAY", help=_("last day (all)"))
    command.add_argument(
        "--level",
        choices=["event", "media"],
        default="",
        help=_("level of observations (event, if there is)"),
    )
    command.add_argument(
        "--zone", default="", metavar="ZONE", help=_("time zone of the place (as the package is written)")
    )
    command.add_argument(
        "--effort", choices=["span", "calendar"], default="span", help=_("definition of trap days (span)")
    )
    command.add_argument(
        "--minutes", type=float, default=60.0, metavar="N", help=_("gap between independent events (60)")
    )
    command.add_argument(
        "--rule", choices=["last-record", "last-event"], default="last-record",
        help=_("gap to the last record, or to the last event (last-record)"),
    )  # fmt: skip
    command.add_argument("--occasion", type=int, default=7, metavar="DAYS", help=_("days of an occasion (7)"))
    command.add_argument(
        "--start", choices=["survey", "station"], default="survey",
        help=_("occasions begin with the survey or each station (survey)"),
    )  # fmt: skip
    command.add_argument(
        "--species", action="append", default=[], metavar="NAME",
        help=_("species of the matrices and of activity, the first two compared (the commonest)"),
    )  # fmt: skip
    command.add_argument("--individuals", default="", metavar="NAME", help=_("species of known animals"))
    command.add_argument(
        "--flanks", choices=["all", "left", "right", "linked", "minimum"], default="all",
        help=_("which flanks make a known animal (all)"),
    )  # fmt: skip
    command.add_argument("--solar", action="store_true", help=_("times of day that follow the sun"))
    command.add_argument(
        "--resamples", type=int, default=1000, metavar="N", help=_("bootstrap samples (1000)")
    )
    command.add_argument(
        "--seed", type=int, default=1, metavar="N", help=_("start of the random numbers (1)")
    )
    command.add_argument("--csv", type=Path, metavar="FOLDER", help=_("write the tables as CSV files"))
    command.add_argument("--json", type=Path, metavar="OUT", help=_("write the tables as JSON"))


def run(options: argparse.Namespace) -> int:
    """Compute the numbers."""
    from amur.commands.cameras.numbers import run_numbers
    from amur.portal.operations.prepare import open_site
    from amur.portal.operations.problems import Problem
    from amur.portal.operations.progress import Terminal
    from amur.science.cameras import Rules

    if (options.first is None) != (options.last is None) or (options.first and options.last < options.first):
        raise Problem(_("Give --from and --to together, the first day not after the last."), 2)
    try:
        rules = Rules(
            effort=options.effort,
            minutes=options.minutes,
            rule=options.rule,
            occasion_days=options.occasion,
            start=options.start,
            matrices=tuple(options.species),
            activity=tuple(options.species),
            individuals=options.individuals,
            flanks=options.flanks,
            solar=options.solar,
            resamples=options.resamples,
            seed=options.seed,
        )
    except ValueError as error:
        raise Problem(str(error), 2) from error
    if not Path(options.source).exists():
        open_site(options.data_folder)
    terminal = Terminal()

    def say(line: str) -> None:
        terminal.finish()
        print(line, flush=True)

    period = (options.first, options.last) if options.first else None
    try:
        return run_numbers(
            options.source,
            rules,
            period,
            options.level,
            options.zone,
            options.csv,
            options.json,
            say,
            terminal,
        )
    finally:
        terminal.finish()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            _("“{text}” is no day; write 2026-03-01").format(text=text)
        ) from error

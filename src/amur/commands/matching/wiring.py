"""The words of `amur matching …` on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _

Run = Callable[[argparse.Namespace], int]
Command = argparse.ArgumentParser


def add_matching(add: Add) -> None:
    """Add the commands; `add` takes a name, a function and a line of help."""
    _office(add("key", _run("key"), _("print the office's public key and its fingerprint")))
    partner = _office(add("partner", _run("partner"), _("note the key of another office")))
    partner.add_argument("name", metavar="NAME", help=_("how the other office is called here"))
    partner.add_argument("key", type=Path, metavar="KEYFILE", help=_("its public key"))
    partner.add_argument(
        "--fingerprint",
        metavar="DIGITS",
        help=_("what the other office read out; without it nothing is sent"),
    )
    _add_agreement(add)
    request = _office(add("request", _run("request"), _("begin a round: ask a partner about our animals")))
    request.add_argument("output", type=Path, metavar="OUT", help=_("the package to be written"))
    request.add_argument("--partner", required=True, metavar="NAME")
    request.add_argument("--species", required=True, metavar="NAME", help=_("such as “Panthera tigris”"))
    request.add_argument(
        "--animal", action="append", default=[], metavar="KEY", help=_("only this animal; may be given again")
    )
    request.add_argument("--unnamed", action="store_true", help=_("also visits that nobody has identified"))
    request.add_argument("--again", action="store_true", help=_("also flanks that were asked about before"))
    take = _office(add("take", _run("take"), _("take a package of another office in")))
    take.add_argument("package", type=Path, metavar="PACKAGE")
    answer = _round(add("answer", _run("answer"), _("search our own flanks and write the answer")))
    answer.add_argument("output", type=Path, metavar="OUT", help=_("the package to be written"))
    answer.add_argument(
        "--threshold", type=float, default=0.5, help=_("least probability of a candidate (0.5)")
    )
    show = _round(add("show", _run("show"), _("release our pictures of pairs and write the package")))
    show.add_argument("output", type=Path, metavar="OUT", help=_("the package to be written"))
    _pairs(show, several=True)
    decide = _round(add("decide", _run("decide"), _("say an expert's verdict on a pair")))
    _pairs(decide, several=False)
    decide.add_argument("verdict", choices=["same", "different", "unsure"])
    _person(decide)
    passport = _round(add("passport", _run("passport"), _("write the shared passport of a joint animal")))
    _pairs(passport, several=False)
    passport.add_argument("passport", metavar="PASSPORT", help=_("such as AMUR-PTI-012345"))
    passport.add_argument(
        "--home", default="", metavar="NAME", help=_("our name for it, told to the other office")
    )
    back = _round(add("take-back", _run("take_back"), _("take our verdict on a pair back")))
    _pairs(back, several=False)
    send = _round(add("send", _run("send"), _("write what the other office has not acknowledged")))
    send.add_argument("output", type=Path, metavar="OUT", help=_("the package to be written"))
    send.add_argument("--whole", action="store_true", help=_("everything from the first statement on"))
    _round(add("end", _run("end"), _("end a round")))
    _office(add("rounds", _run("rounds"), _("list the rounds of an office with their pairs")))


def _add_agreement(add: Add) -> None:
    command = _office(add("agreement", _run("agreement"), _("enter what a signed text lets a partner have")))
    command.add_argument("code", metavar="NUMBER")
    command.add_argument(
        "text", type=Path, metavar="TEXT", help=_("the signed text; only its SHA-256 is kept")
    )
    command.add_argument("--partner", required=True, metavar="NAME")
    command.add_argument("--version", type=int, default=1)
    command.add_argument("--clause", default="")
    command.add_argument("--species", action="append", required=True, metavar="NAME")
    for name, text in (
        ("flanks", _("features of flanks")),
        ("crops", _("pictures of flanks of likely pairs")),
        ("verdicts", _("verdicts, passports and home names")),
    ):
        command.add_argument(f"--{name}", action="store_true", help=text)
    command.add_argument("--from", dest="begin", type=date.fromisoformat, required=True, metavar="DAY")
    command.add_argument("--until", type=date.fromisoformat, required=True, metavar="DAY")


def _office(command: Command) -> Command:
    command.add_argument("--office", required=True, metavar="KEY", help=_("our office"))
    return command


def _round(command: Command) -> Command:
    _office(command)
    command.add_argument(
        "--round", required=True, metavar="ID", help=_("its identifier or the beginning of it")
    )
    return command


def _pairs(command: Command, *, several: bool) -> None:
    text = _("number of the pair in the list of `amur matching rounds`")
    if several:
        command.add_argument("--pair", type=int, action="append", default=[], metavar="N", help=text)
    else:
        command.add_argument("pair", type=int, metavar="N", help=text)


def _person(command: Command) -> None:
    command.add_argument("--as", dest="person", required=True, metavar="NAME", help=_("the expert's account"))


def _run(name: str) -> Run:
    def run(options: argparse.Namespace) -> int:
        from amur.portal.operations.prepare import open_site

        open_site(options.data_folder)
        from amur.commands.matching import verbs
        from amur.portal.matching.problems import Refused
        from amur.portal.operations.problems import Problem

        verb: Run = getattr(verbs, name)
        try:
            return verb(options)
        except Refused as refused:
            raise Problem(str(refused)) from refused

    return run

"""The front door: `amur COMMAND`. Only wires: every command calls the function that the site calls, too.

Nothing heavy is imported before a command needs it, so that `amur run` on a prepared folder starts the
server at once. To add a command, write a function `_name(options) -> int` and its line in `_parser`.
"""

import argparse
import functools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from amur.commands.abundance.wiring import add_abundance
from amur.commands.cameras.centre import add_export, add_import_package
from amur.commands.cameras.numbers_wiring import add_numbers
from amur.commands.cameras.wiring import add_check_package
from amur.commands.capture.open_wiring import add_open
from amur.commands.capture.planning_wiring import add_planning
from amur.commands.capture.wiring import add_compare, add_fit
from amur.commands.cards.wiring import add_import_card
from amur.commands.circuits.wiring import add_circuits
from amur.commands.corridors.wiring import add_corridors
from amur.commands.matching.wiring import add_matching
from amur.commands.omniscape.wiring import add_omniscape
from amur.commands.patrols.answering import add_answer_patrols
from amur.commands.patrols.centre import add_import_patrols
from amur.commands.patrols.wiring import add_check_patrols
from amur.commands.stripes.wiring import add_stripes
from amur.portal.operations import data_folder
from amur.portal.operations.problems import ROOT, Problem, _, explain
from amur.portal.operations.progress import Terminal

Options = argparse.Namespace
Command = Callable[[Options], int]

CANCELLED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 failed, 2 wrong use, 130 cancelled."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(words)
    options.words = words
    try:
        options.data_folder = data_folder.choose(options.data)
        command: Command = options.command
        return command(options)
    except KeyboardInterrupt:
        print("\n" + _("Cancelled. Nothing is half done."), file=sys.stderr)
        return CANCELLED
    except Exception as error:
        problem = explain(error)
        if problem is None:
            raise
        print(f"amur: {problem}", file=sys.stderr)
        return problem.code


class _Help(argparse.HelpFormatter):
    """Gives every command one line, however long."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=120)

    def format_help(self) -> str:
        self._action_max_length += self._indent_increment  # argparse forgets that commands are indented
        return super().format_help()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where help is."""

    def format_help(self) -> str:
        self.formatter_class = _Help
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        self.exit(
            2, f"{self.prog}: {message}\n" + _("Help: {program} --help").format(program=self.prog) + "\n"
        )


_LANGUAGES = ["en", "ru", "zh-hans", "mn"]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="amur", description=_("The information centre of the ecoregion."), allow_abbrev=False
    )
    parser.set_defaults(data=None)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    def add(where: "argparse._SubParsersAction[_Parser]", name: str, run: Command, text: str) -> _Parser:
        command = where.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.add_argument("--data", metavar="FOLDER", help=_("data folder (else AMUR_DATA, else ./data)"))
        command.set_defaults(command=run)
        return command

    def group(name: str, text: str) -> "argparse._SubParsersAction[_Parser]":
        inner = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        return inner.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    run = add(
        commands, "run", _run, _("prepare if needed and serve on this computer, with demonstration content")
    )
    _add_address(run)
    run.add_argument("--no-demo", action="store_true", help=_("start empty, without demonstration content"))

    serve = add(commands, "serve", _serve, _("serve for production a data folder that is prepared"))
    _add_address(serve)
    serve.add_argument("--threads", type=_count, default=2, help=_("threads in each worker (2)"))
    serve.add_argument("--access-log", action="store_true", help=_("print a line for every request"))

    prepare = add(
        commands, "prepare", _prepare, _("bring a data folder and its database to this program's state")
    )
    prepare.add_argument("--demo", action="store_true", help=_("load the demonstration content, too"))

    backup = add(
        commands, "backup", _backup, _("write the whole data folder into one verified file, while it runs")
    )
    backup.add_argument("file", type=Path, metavar="FILE")

    restore = add(
        commands, "restore", _restore, _("make a data folder from a backup, or only check the backup")
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--check", action="store_true", help=_("verify every byte and change nothing"))
    restore.add_argument("--force", action="store_true", help=_("put a folder that is in the way aside"))

    users = group("users", _("people: users add, reset"))
    person = add(users, "add", _users_add, _("make an account and print its first password"))
    person.add_argument("name", metavar="NAME")
    person.add_argument("--office", metavar="KEY", help=_("the office that the person works in"))
    person.add_argument("--role", action="append", default=[], metavar="ROLE", help=_("may be given again"))
    person.add_argument("--unlimited", action="store_true", help=_("all rights in every office"))

    reset = add(users, "reset", _users_reset, _("take away a lost second factor and print a new password"))
    reset.add_argument("name", metavar="NAME")

    website = group("website", _("the public pages: website import-archive"))
    archive = add(
        website,
        "import-archive",
        _archive_import,
        _("take over the saved pages of an older site from a folder"),
    )
    archive.add_argument("folder", type=Path, metavar="FOLDER")
    archive.add_argument("--office", required=True, metavar="KEY", help=_("the office that keeps the pages"))
    archive.add_argument(
        "--language",
        required=True,
        choices=_LANGUAGES,
        help=_("the language that the pages are in"),
    )

    areas = group("areas", _("the register of areas: areas import, export, check"))
    for name, text in (
        ("import", _("take areas from a WDPCA file (GeoPackage, Shapefile, GeoJSON, CSV)")),
        ("check", _("say what an import would do and what is wrong with the file")),
    ):
        command = add(areas, name, _areas_import, text)
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument(
            "--office", required=True, metavar="KEY", help=_("the office that owns the areas")
        )
        command.set_defaults(preview=name == "check")
    export = add(areas, "export", _areas_export, _("write the released register to a WDPCA file"))
    export.add_argument("file", type=Path, metavar="FILE")

    newsletter = group("newsletter", _("the newsletter: newsletter files, bounces, import"))
    add(newsletter, "files", _newsletter_files, _("make the PDF files of issues that lack them"))
    bounces = add(
        newsletter, "bounces", _newsletter_bounces, _("note which letters came back (RFC 3464 reports)")
    )
    bounces.add_argument("file", metavar="FILE", help=_("a message or an mbox; - reads standard input"))
    taken = add(
        newsletter,
        "import",
        _newsletter_import,
        _("ask the addresses of an older list, one a line, whether they want it"),
    )
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument(
        "--language", required=True, choices=["en", "ru", "zh-hans", "mn"], help=_("the language of the list")
    )
    translations = group("translations", _("texts for translators: translations export, import"))
    out = add(translations, "export", _translations_export, _("write texts to translate as XLIFF or PO"))
    out.add_argument("folder", type=Path, metavar="FOLDER")
    out.add_argument("--into", required=True, choices=_LANGUAGES, help=_("the language to translate into"))
    out.add_argument("--kind", action="append", default=[], metavar="KIND", help=_("such as newspage; again"))
    out.add_argument("--format", choices=["xliff", "po"], default="xliff")
    out.add_argument("--all", action="store_true", help=_("also what needs no work"))
    back = add(translations, "import", _translations_import, _("take translations back from a file"))
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument("--as", dest="person", required=True, metavar="NAME", help=_("the person who takes it"))
    back.add_argument("--publish", action="store_true", help=_("publish pages at once"))
    back.add_argument("--skip-refused", action="store_true", help=_("take the good parts even so"))

    media = group("media", _("photographs and files: media render"))
    add(media, "render", _media_render, _("make the served copies that are missing"))
    events = group("events", _("events and forums: events forget"))
    add(
        events,
        "forget",
        _events_forget,
        _("delete who registered for events that are long enough ago; for a daily timer"),
    )
    release = group("release", _("what the public sees: release rebuild"))
    add(release, "rebuild", _release_rebuild, _("pass every record through the gate again"))
    search = group("search", _("what visitors can find: search rebuild"))
    add(search, "rebuild", _search_rebuild, _("make the index of the search anew"))
    visitors = group("visitors", _("counts of visits: visitors prune"))
    add(visitors, "prune", _visitors_prune, _("remove counts older than 25 months"))
    audit = group("audit", _("the log of changes: audit verify"))
    add(audit, "verify", _audit_verify, _("find any altered or deleted entry of the log"))
    demo = group("demo", _("demonstration content: demo load"))
    add(demo, "load", _demo_load, _("load the demonstration content that is not there yet"))
    frontend = group("frontend", _("packages for the browser: frontend install"))
    add(frontend, "install", _frontend_install, _("install the packages that package-lock.json names"))
    catalogues = group("catalogues", _("translations: catalogues compile"))
    add(catalogues, "compile", _catalogues_compile, _("compile the translations that have changed"))

    add_circuits(functools.partial(add, commands))
    add_omniscape(functools.partial(add, commands))
    add_corridors(functools.partial(add, commands))
    add_abundance(functools.partial(add, commands))
    capture = functools.partial(
        add, group("capture", _("how many animals there are: fit, compare, open, simulate, design"))
    )
    add_fit(capture)
    add_compare(capture)
    add_open(capture)
    add_planning(capture)
    camtrapdp = group("camtrapdp", _("packages of camera-trap data: camtrapdp check"))
    add_check_package(functools.partial(add, camtrapdp))
    cameras = functools.partial(
        add, group("cameras", _("camera traps: import, import-package, export, numbers"))
    )
    add_import_card(cameras)
    add_import_package(cameras)
    add_export(cameras)
    add_numbers(cameras)
    stripes = group("stripes", _("who is who by the coat: stripes evaluate, stripes simulate"))
    add_stripes(functools.partial(add, stripes))
    matching = group("matching", _("which animals two offices know both: matching request, take, answer, …"))
    add_matching(functools.partial(add, matching))
    patrols = group("patrols", _("ranger patrols: patrols check, import, answer"))
    add_check_patrols(functools.partial(add, patrols))
    add_import_patrols(functools.partial(add, patrols))
    add_answer_patrols(functools.partial(add, patrols))
    add(commands, "check", _check, _("look for faults in the settings of a production site"))
    manage = add(commands, "manage", _manage, _("Django's own management commands"))
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="...")
    return parser


def _add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=_port, default=8000, metavar="N", help=_("port to listen on (8000)"))
    command.add_argument(
        "--host", default="127.0.0.1", help=_("address to listen on (127.0.0.1: this computer only)")
    )
    command.add_argument("--workers", type=_count, default=2, metavar="N", help=_("worker processes (2)"))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(
            _("{text} is no port; give a number from 1 to 65535, such as 8000").format(text=text)
        )
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise argparse.ArgumentTypeError(_("{text} is no number from 1 to 64").format(text=text))
    return int(text)


def _run(options: Options) -> int:
    data, demo = options.data_folder, not options.no_demo
    from amur.portal.operations.server import Server, require_free_port, serve

    require_free_port(options.host, options.port)
    data_folder.require_writable(data)
    if not data_folder.is_prepared(data, demo=demo):
        _show_preparation(data, demo=demo)
        # Start over as a small process: what preparing has imported would stay in memory for ever.
        os.execv(sys.executable, [sys.executable, "-m", "amur", *options.words])  # noqa: S606
    address = f"http://localhost:{options.port}/"
    os.environ.setdefault("AMUR_ADDRESS", address.rstrip("/"))
    if demo:
        os.environ["AMUR_DEMO"] = "1"
    serve(
        Server(data, options.host, options.port, options.workers, quiet=True),
        lambda: _welcome(data, address, demo=demo),
    )
    return 0


def _welcome(data: Path, address: str, *, demo: bool) -> None:
    lines = ["", _("The information centre is open: {address}").format(address=address), ""]
    prepared = data_folder.read_prepared(data)
    if demo and prepared and prepared.accounts:
        password = (data / "demo-password").read_text(encoding="ascii").strip()
        lines.append(_("Demonstration accounts, password {password}").format(password=password))
        width = max(len(name) for name, _duty in prepared.accounts)
        lines += [f"  {name:<{width}}  {duty}" for name, duty in prepared.accounts]
    else:
        lines.append(_("Make the first administrator in another terminal:"))
        lines.append(f"  {Path(sys.executable).with_name('amur')} users add NAME --unlimited --data {data}")
    lines += ["", _("Stop with Ctrl-C."), ""]
    print("\n".join(lines), flush=True)


def _serve(options: Options) -> int:
    from amur.portal.operations.server import Server, require_free_port, serve

    data = options.data_folder
    require_free_port(options.host, options.port)
    data_folder.require_writable(data)
    if not data_folder.is_prepared(data, demo=False):
        raise Problem(
            _("{folder} is not prepared for this program. Run first: amur prepare --data {folder}").format(
                folder=data
            )
        )
    server = Server(
        data, options.host, options.port, options.workers, options.threads, access_log=options.access_log
    )
    serve(server, lambda: print(_("Serving."), flush=True))
    return 0


def _prepare(options: Options) -> int:
    _show_preparation(options.data_folder, demo=options.demo)
    return 0


def _show_preparation(data: Path, *, demo: bool) -> None:
    from amur.portal.operations.prepare import prepare

    terminal = Terminal()
    try:
        prepare(data, demo=demo, progress=terminal)
    finally:
        terminal.finish()


def _backup(options: Options) -> int:
    from amur.portal.operations.backup import backup

    terminal = Terminal()
    made = backup(options.data_folder, options.file.resolve(), terminal)
    terminal.finish()
    print(
        _("{file}: {count} files, {size} MB, verified.").format(
            file=options.file, count=made.files, size=round(made.size / 2**20, 1)
        )
    )
    print(f"SHA-256 {made.sha256}")
    return 0


def _restore(options: Options) -> int:
    from amur.portal.operations.restore import check, restore

    terminal = Terminal()
    if options.check:
        found = check(options.file, terminal)
        terminal.finish()
        print(
            _("{file} is whole: {count} files of {made}.").format(
                file=options.file, count=len(found.members), made=found.made
            )
        )
        return 0
    aside = restore(options.file, options.data_folder, force=options.force, progress=terminal)
    terminal.finish()
    print(_("{folder} is restored.").format(folder=options.data_folder))
    if aside:
        print(_("What was there before lies in {folder}.").format(folder=aside))
    return 0


def _users_add(options: Options) -> int:
    _start_django(options)
    from amur.portal.operations.people import add_person

    _show_password(
        options.name, add_person(options.name, options.office, options.role, unlimited=options.unlimited)
    )
    return 0


def _users_reset(options: Options) -> int:
    _start_django(options)
    from amur.portal.operations.people import reset_person

    _show_password(options.name, reset_person(options.name))
    return 0


def _show_password(name: str, password: str) -> None:
    print(_("{name} can log in with the password {password}").format(name=name, password=password))
    print(_("It is shown only now. Ask the person to change it and to set up a second factor."))


def _archive_import(options: Options) -> int:
    _start_django(options)
    from amur.formats.errors import FormatError, FormatErrors
    from amur.portal.offices.models import Office
    from amur.portal.website.archive import import_archive

    office = Office.objects.filter(key=options.office).first()
    if office is None:
        raise Problem(_("There is no office with the key {key}.").format(key=options.office))
    terminal = Terminal()
    try:
        done = import_archive(options.folder, office, options.language, terminal)
    except (FormatError, FormatErrors) as error:
        terminal.finish()
        raise Problem(_("Nothing was taken over.") + f"\n{error}") from error
    terminal.finish()
    for name in done.missing:
        print(_("not in the folder: {name}").format(name=name), file=sys.stderr)
    print(
        _("{added} pages added, {changed} changed, {same} as they were.").format(
            added=done.added, changed=done.changed, same=done.same
        )
    )
    return 0


def _areas_import(options: Options) -> int:
    _start_django(options)
    from amur.portal.areas.exchange import import_file

    terminal = Terminal()
    report = import_file(options.file, options.office, preview=options.preview, progress=terminal)
    terminal.finish()
    print(report)
    return 0 if report.is_accepted else 1


def _areas_export(options: Options) -> int:
    _start_django(options)
    from amur.portal.areas.exchange import export_file

    terminal = Terminal()
    count = export_file(options.file, progress=terminal)
    terminal.finish()
    print(_("{file}: {count} areas").format(file=options.file, count=count))
    return 0


def _newsletter_files(options: Options) -> int:
    _start_django(options)
    from amur.portal.newsletter.command import make_files

    terminal = Terminal()
    count, failed = make_files(terminal)
    terminal.finish()
    print(_("The files of {count} issues were made, {failed} failed.").format(count=count, failed=failed))
    return 1 if failed else 0


def _newsletter_bounces(options: Options) -> int:
    _start_django(options)
    from amur.portal.newsletter.command import take_bounces

    noted = take_bounces(sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes())
    print(
        _("Came back for good: {hard}, for now: {soft}, not ours: {unknown}.").format(
            hard=noted.hard, soft=noted.soft, unknown=noted.unknown
        )
    )
    return 0


def _newsletter_import(options: Options) -> int:
    _start_django(options)
    from amur.portal.newsletter.command import take_list

    try:
        added, known = take_list(options.file, options.language)
    except LookupError as error:
        raise Problem(_("No office runs this language; write it in the office's languages.")) from error
    except ValueError as error:
        raise Problem(_("Nothing was taken over; these lines are no addresses:") + f"\n{error}") from error
    print(_("{added} addresses are asked to confirm, {known} were known.").format(added=added, known=known))
    return 0


def _translations_export(options: Options) -> int:
    _start_django(options)
    from amur.portal.translations.command import export_command

    return export_command(options.folder, options.into, options.kind, options.format, everything=options.all)


def _translations_import(options: Options) -> int:
    _start_django(options)
    from amur.portal.translations.command import import_command

    return import_command(
        options.file, options.person, publish=options.publish, skip_refused=options.skip_refused
    )


def _media_render(options: Options) -> int:
    _start_django(options)
    from amur.portal.media.actions import render_missing
    from amur.portal.media.wordings import in_words

    made, failed = render_missing()
    print(_("Served copies were made of {count} files.").format(count=made))
    for file, problem in failed:
        print(f"{file.key}: {in_words(problem)}", file=sys.stderr)
    return 1 if failed else 0


def _events_forget(options: Options) -> int:
    _start_django(options)
    from amur.portal.events.actions import forget

    print(_("The data of {count} registrations are deleted.").format(count=forget()))
    return 0


def _release_rebuild(options: Options) -> int:
    _start_django(options)
    from amur.portal.release.actions import rebuild

    print(_("{count} records are released.").format(count=rebuild()))
    return 0


def _search_rebuild(options: Options) -> int:
    _start_django(options)
    from amur.portal.search.actions import rebuild

    terminal = Terminal()
    count = rebuild(terminal, anew=True)
    terminal.finish()
    print(_("{count} documents can be found.").format(count=count))
    return 0


def _visitors_prune(options: Options) -> int:
    _start_django(options)
    from amur.portal.visitors.actions import prune

    print(_("{count} rows of counts were removed.").format(count=prune()))
    return 0


def _audit_verify(options: Options) -> int:
    _start_django(options)
    from amur.portal.audit.cli import verify_command

    return verify_command()


def _demo_load(options: Options) -> int:
    _show_preparation(options.data_folder, demo=True)
    return 0


def _frontend_install(options: Options) -> int:
    from amur.portal import frontend

    return frontend.main([])


def _catalogues_compile(options: Options) -> int:
    from amur.portal.operations.catalogues import compile_catalogues

    print(_("{count} catalogues compiled.").format(count=compile_catalogues([ROOT / "locale"])))
    return 0


def _check(options: Options) -> int:
    os.environ.setdefault("AMUR_HTTPS", "1")
    from amur.portal.operations.prepare import start_django

    start_django()
    from django.core.management import CommandError, call_command

    try:
        call_command("check", deploy=True, fail_level="WARNING")
    except CommandError as found:
        raise Problem(str(found)) from found
    return 0


def _manage(options: Options) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["amur manage", *options.rest])
    return 0


def _start_django(options: Options) -> None:
    from amur.portal.operations.prepare import open_site

    open_site(options.data_folder)

"""`amur patrols import`: files of SMART into the centre.

The same verbs as those of the pages; who runs commands on the data folder may do everything in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amur.commands.jobs.running import Say
from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import Problem, _

if TYPE_CHECKING:
    from amur.portal.offices.models import Office
    from amur.portal.patrols.importing import Changes
    from amur.portal.patrols.reading import Given, Progress


def add_import_patrols(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("import", run_import, _("take files of SMART and of its phones into an office"))
    command.add_argument(
        "file", type=Path, metavar="FILE", help=_("XML, JSON of phones, or a ZIP archive of several")
    )
    command.add_argument("--office", required=True, metavar="KEY", help=_("office whose patrols these are"))
    command.add_argument(
        "--zone", metavar="ZONE", help=_("time zone of the place, such as Asia/Vladivostok (the office's)")
    )
    command.add_argument(
        "--confirm", action="store_true", help=_("also change what is there, and take keys that nobody knows")
    )


def run_import(options: argparse.Namespace) -> int:
    """Read, check, compare, store. Raises Problem with errors, and where a yes is missing."""
    from amur.portal.operations.prepare import open_site

    open_site(options.data_folder)
    from amur.formats.errors import FormatErrors
    from amur.portal.patrols import reading

    office = _office(options.office)
    _require_zone(options.zone)
    with watched(resumable=False) as (say, progress):
        try:
            with reading.opened(
                options.file, lambda share, stage: progress(share / 2, _("reading"))
            ) as given:
                _tell_notes(given, say)
                if not options.confirm:
                    _require_no_changes(given, office, options.zone or "", say)
                _take(given, office, options, say, lambda share, stage: progress(share, _("storing")))
        except FormatErrors as wrong:
            for problem in wrong.errors:
                say(str(problem))
            count = wrong.error_count
            raise Problem(_("Nothing was taken over: {count} errors.").format(count=count)) from wrong
    return 0


def _office(key: str) -> Office:
    from amur.portal.offices.models import Office

    office = Office.objects.filter(key=key).first()
    if office is None:
        known = ", ".join(Office.objects.values_list("key", flat=True))
        raise Problem(_("There is no office {key}; known are: {known}").format(key=key, known=known))
    return office


def _require_zone(zone: str | None) -> None:
    import zoneinfo

    if zone and zone not in zoneinfo.available_timezones():
        raise Problem(_("{zone} is no time zone; write one such as Asia/Vladivostok.").format(zone=zone))


def _tell_notes(given: Given, say: Say) -> None:
    for note in given.notes:
        say(f"{_('note')}: {note}")
    if given.note_count > len(given.notes):
        say(_("… and {count} more.").format(count=given.note_count - len(given.notes)))


def _require_no_changes(given: Given, office: Office, zone: str, say: Say) -> None:
    """Tell what would change and which keys nobody knows, and raise Problem, where there is any."""
    from amur.portal.patrols import importing

    changes = importing.compare(office, given, zone)
    if not changes.needs_a_yes:
        return
    _tell(changes, say)
    for patrol in changes.changed:
        say(_("changed: {code}").format(code=patrol.document.content.id))
    for one in changes.unknown:
        say(_("unknown: {kind} {key}, {count} times").format(**one))
    raise Problem(_("Nothing was taken over. Look at the changes and add --confirm."))


def _take(given: Given, office: Office, options: argparse.Namespace, say: Say, progress: Progress) -> None:
    from amur.portal.patrols import importing

    about: dict[str, Any] = {"file": options.file.name}
    taken = importing.take(given, office, None, about, zone=options.zone or "", progress=progress)
    _tell(taken.changes, say)
    if taken.act is None:
        say(_("All of it was there already."))


def _tell(changes: Changes, say: Say) -> None:
    told = changes.as_dict()
    counts = ", ".join(f"{word} {count}" for word, count in told["patrols"].items())
    say(f"{_('patrols')}: {counts}")
    say(
        _("waypoints: {waypoints}, observations: {observations}").format(
            waypoints=told["waypoints"], observations=told["observations"]
        )
    )
    for words, name in ((_("forms"), "forms"), (_("incidents"), "incidents"), (_("messages"), "messages")):
        if any(told[name].values()):
            counts = ", ".join(f"{word} {count}" for word, count in told[name].items())
            say(f"{words}: {counts}")
    if changes.model:
        say(f"{_('data model')}: {changes.model}")

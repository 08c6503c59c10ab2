"""`amur cameras import-package` and `amur cameras export`: camera-trap data into the centre and out of it.

The same verbs as those of the pages; who runs commands on the data folder may do everything in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from amur.commands.jobs.running import Say
from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress

if TYPE_CHECKING:
    from amur.portal.cameras.models import CameraProject
    from amur.portal.cameras.packages import Given
    from amur.portal.cameras.taking import NewProject, Taken

FORMATS = ("camtrapdp", "wildlife-insights", "camtrapr", "timelapse", "coco", "megadetector", "speciesnet")
WRITTEN = ("camtrapdp", "camtrapr", "csv", "darwin-core")
LISTED = 100_000
"""How many errors are printed; all are counted."""


def add_import_package(add: Add) -> None:
    """Add the command of import; `add` takes its name, its function and its line of help."""
    about = _("take a Camtrap DP package or files of other programs into a project")
    command = add("import-package", run_import, about)
    command.add_argument("file", type=Path, metavar="FILE", help=_("a ZIP archive, a folder, or one file"))
    command.add_argument(
        "--project", required=True, metavar="KEY", help=_("key of the project, new or known")
    )
    command.add_argument("--office", metavar="KEY", help=_("office that owns a new project"))
    command.add_argument(
        "--zone", metavar="ZONE", help=_("time zone of a new project, such as Asia/Vladivostok")
    )
    command.add_argument("--format", choices=FORMATS, default="camtrapdp", help=_("what it is (camtrapdp)"))
    command.add_argument("--confirm", action="store_true", help=_("also change and end what is there"))


def add_export(add: Add) -> None:
    """Add the command of export."""
    about = _("write a project as Camtrap DP, camtrapR tables, CSV or Darwin Core")
    command = add("export", run_export, about)
    command.add_argument("project", metavar="KEY", help=_("key of the project"))
    command.add_argument("target", type=Path, metavar="TARGET", help=_("a folder or a .zip"))
    command.add_argument(
        "--format", choices=WRITTEN, default="camtrapdp", help=_("what to write (camtrapdp)")
    )
    command.add_argument(
        "--released", action="store_true", help=_("as everybody may have it, not as the office has it")
    )


def run_import(options: argparse.Namespace) -> int:
    """Read, check, compare, store. Raises Problem with errors, and where a yes is missing."""
    _open(options)
    from amur.formats.errors import FormatErrors
    from amur.portal.cameras import packages

    project = _project(options.project)
    into = project or _new_project(options)
    with watched(resumable=False, compiled=False) as (say, progress):
        try:
            given = packages.read(
                options.file, options.format, into.time_zone, lambda share, stage: progress(share / 2, stage)
            )
        except FormatErrors as wrong:
            for problem in wrong.errors[:LISTED]:
                say(str(problem))
            count = wrong.error_count
            raise Problem(_("Nothing was taken over: {count} errors.").format(count=count)) from wrong
        for note in [*given.notes, *given.losses]:
            say(f"{_('note')}: {note}")
        if project is not None and not options.confirm:
            _require_no_changes(given, project, say)
        _tell(_taken(given, into, options.file.name, progress), say)
    return 0


def _taken(given: Given, into: CameraProject | NewProject, name: str, progress: Progress) -> Taken:
    from django.core.exceptions import ValidationError

    from amur.portal.cameras import detections, taking

    about = {"file": name}
    if given.results is None:
        try:
            return taking.take(given, into, None, about, progress)
        except ValidationError as wrong:
            raise Problem("; ".join(wrong.messages)) from wrong
    if isinstance(into, taking.NewProject):
        raise Problem(_("Results of a detector belong to a project that is there."))
    return detections.take_results(given, into, None, about, progress)


def _require_no_changes(given: Given, project: CameraProject, say: Say) -> None:
    """Tell what would change, and raise Problem, where something would."""
    from amur.portal.cameras import comparing

    if given.package is None:
        return
    changes = comparing.compare(project, given.package)
    if any(len(one.changed) or one.gone for one in changes.values()):
        for name, one in changes.items():
            say(_counts(name, one.counts))
        raise Problem(_("Nothing was taken over. Look at the changes and add --confirm."))


def _tell(taken: Taken, say: Say) -> None:
    for name, counts in taken.counts.items():
        say(_counts(name, counts))
    if taken.unknown_count:
        say(_("{count} files of the results are not in the project.").format(count=taken.unknown_count))
    if taken.act is None:
        say(_("All of it was there already."))


def _counts(name: str, counts: dict[str, int]) -> str:
    told = ", ".join(f"{word} {count}" for word, count in counts.items())
    return f"{name}: {told}"


def _project(key: str) -> CameraProject | None:
    from amur.portal.cameras.models import CameraProject

    return CameraProject.objects.select_related("office").filter(key=key).first()


def _new_project(options: argparse.Namespace) -> NewProject:
    from amur.portal.cameras.taking import NewProject
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office

    office = Office.objects.filter(key=options.office).first()
    if office is None:
        known = ", ".join(Office.objects.values_list("key", flat=True))
        raise Problem(
            _("There is no project {project}. For a new one name its --office: {known}").format(
                project=options.project, known=known
            )
        )
    names = MultilingualText.of("en", en=options.project)
    return NewProject(office, options.project, names, options.zone or office.time_zone)


def run_export(options: argparse.Namespace) -> int:
    """Write the files and say what was lost. Raises Problem."""
    _open(options)
    from amur.portal.cameras import releasing, writing
    from amur.portal.runs import uploads

    project = _project(options.project)
    if project is None:
        raise Problem(_("There is no project {project}.").format(project=options.project))
    if not options.target.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=options.target.absolute().parent))
    with watched(resumable=False, compiled=False) as (say, progress):
        try:
            losses = writing.write(
                project, options.format, options.target, progress, released=options.released
            )
        except releasing.NothingReleased as nothing:
            raise Problem(_("Nothing of this project may be released.")) from nothing
        except uploads.Gone as gone:
            raise Problem(_("A file of the package is lost: {name}").format(name=gone)) from gone
        for loss in losses:
            say(f"{_('note')}: {loss}")
        say(_("{target}: written.").format(target=options.target))
    return 0


def _open(options: argparse.Namespace) -> None:
    from amur.portal.operations.prepare import open_site

    open_site(options.data_folder)

"""The commands `amur translations export` and `import`: the same functions as the pages', for a terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path

from amur.formats.errors import FormatErrors
from amur.portal.audit.actor import acting, person_as_actor
from amur.portal.languages.codes import Language
from amur.portal.offices.models import Person
from amur.portal.operations.problems import Problem, _
from amur.portal.translations import exchange
from amur.portal.translations.following import NO_WORK
from amur.portal.translations.models import Item, ItemState, WorkState
from amur.portal.translations.registry import Refusal, adapters


def export_command(
    folder: Path, into: Language, kinds: Sequence[str], form: exchange.Format, *, everything: bool
) -> int:
    """Write the texts of the chosen kinds; raises Problem for a kind that is not known."""
    if unknown := sorted(set(kinds) - set(adapters())):
        raise Problem(
            _("There is no kind {kind}; known are {known}.").format(
                kind=unknown[0], known=", ".join(sorted(adapters()))
            )
        )
    states = ItemState.objects.filter(language=into).exclude(state=WorkState.SOURCE)
    if not everything:
        states = states.filter(rank__lt=NO_WORK)
    items = Item.objects.filter(pk__in=states.values("item")).order_by("kind", "title", "pk")
    if kinds:
        items = items.filter(kind__in=kinds)
    folder.mkdir(parents=True, exist_ok=True)
    files = exchange.export_items(items, into, form)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        print(folder / name)
    return 0


def import_command(file: Path, name: str, *, publish: bool, skip_refused: bool) -> int:
    """Take a file in the name of a person, with that person's rights; returns 1 when nothing was taken."""
    person = Person.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise Problem(_("There is no person {name} who may log in.").format(name=name))
    try:
        batch = exchange.read(file.read_bytes(), file.name)
        with acting(person_as_actor(person)):
            report = exchange.import_batch(person, batch, publish=publish, skip_refused=skip_refused)
    except (FormatErrors, Refusal) as error:
        raise Problem(_("Nothing was taken over.") + f"\n{error}") from error
    except OSError as error:
        raise Problem(_("The file cannot be read: {why}").format(why=error.strerror)) from error
    for row in report.refused:
        print(f"{row.number}: {row.unit}: {row.message}", file=sys.stderr)
    if not report.is_done:
        print(_("Nothing was taken over."), file=sys.stderr)
        return 1
    print(
        _("{written} parts written, {unchanged} were there already, {empty} without translation.").format(
            written=report.written, unchanged=report.unchanged, empty=report.empty
        )
    )
    return 0

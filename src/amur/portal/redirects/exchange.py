"""The table of old addresses as CSV: import all or nothing with the errors of every row, and export."""

import csv
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from amur.portal.offices.models import Office
from amur.portal.redirects.models import OldAddress
from amur.portal.redirects.patterns import problem_of_pattern, problem_of_target
from amur.portal.redirects.queries import loop_from

COLUMNS = ("old", "new")
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new, changed and as they were."""

    added: int
    changed: int
    same: int


def import_csv(text: str, office: Office) -> Imported:
    """Take over a table with the columns `old` and `new`; a row without `new` is gone (410).

    Raises ValidationError with a message for each wrong row; then nothing is changed. An address of another
    office is never changed.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise ValidationError(_("The first line must name the columns: old,new"))
    with transaction.atomic():
        table = {row.pattern: row for row in OldAddress.objects.all()}
        problems: list[str] = []
        touched: dict[str, tuple[OldAddress, int]] = {}
        added = changed = same = 0
        for number, line in enumerate(reader, start=2):
            old, new = (line["old"] or "").strip(), (line["new"] or "").strip()
            row = table.get(old)
            problem = problem_of_pattern(old) or problem_of_target(new)
            if number > MOST_ROWS:
                problem = _("a table has at most %(count)s rows") % {"count": MOST_ROWS}
            elif old in touched:
                problem = _("this address is in line %(number)s already") % {"number": touched[old][1]}
            elif row is not None and row.office_id != office.pk:
                problem = _("this address is kept by another office")
            if problem:
                problems.append(
                    _("Line %(number)s: %(why)s") % {"number": number, "why": f"{old}: {problem}"}
                )
                if number > MOST_ROWS:
                    break
                continue
            if row is not None and row.target == new:
                same += 1
            elif row is not None:
                row.target, changed = new, changed + 1
            else:
                row, added = OldAddress(office=office, pattern=old, target=new), added + 1
                table[old] = row
            row.prepare()
            touched[old] = (row, number)
        problems += _loops(list(table.values()), touched)
        if problems:
            raise ValidationError(problems)
        for row, _number in touched.values():
            row.save()
    return Imported(added, changed, same)


def _loops(table: list[OldAddress], touched: dict[str, tuple[OldAddress, int]]) -> list[str]:
    found = []
    for row, number in touched.values():
        # Only a row whose target is itself an old address can close a circle.
        if row.target.startswith("/") and (loop := loop_from(row, table)):
            why = _("this would lead in a circle: %(loop)s") % {"loop": " → ".join(loop)}
            found.append(_("Line %(number)s: %(why)s") % {"number": number, "why": why})
    return found


def export_csv(rows: "QuerySet[OldAddress]") -> str:
    """The table with how often each address was asked for, ready to be imported again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS, "requests"])
    for row in rows.annotate(requests=Sum("hits__count")):
        writer.writerow([row.pattern, row.target, row.requests or 0])
    return "\ufeff" + out.getvalue()

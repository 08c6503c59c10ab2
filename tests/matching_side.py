"""One side of a round: does commands in its own data folder (AMUR_DATA), in a process of its own.

Started by tests; each line of its input is a list such as [["survey", …], ["matching", "take", …]]. Words of
its own besides those of `amur`: prepare (tables only), survey KEY VISITS, unseal PACKAGE OUT, passports.
"""

from __future__ import annotations

import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any


def prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def survey(key: str, visits: list[list[object]]) -> None:
    """An office with its expert and its pictures: visits are [coat, name, yaw]."""
    from matching_survey import Seen, survey_of

    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Membership, Office, Person, Role

    office = Office.objects.create(
        key=key,
        names=MultilingualText.of("en", en=f"Office {key}"),
        country="RU",
        time_zone="Asia/Vladivostok",
        languages=["ru"],
    )
    expert = Person.objects.create(username=f"expert-{key}", office=office)
    Membership.objects.create(person=expert, office=office, role=Role.DATA_MANAGER)
    seen = [
        Seen(int(str(coat)), str(name) if name else None, yaw=float(str(yaw))) for coat, name, yaw in visits
    ]
    survey_of(office, seen, seed=len(key))


def unseal(package: str, out: str) -> None:
    """The content of a package of the one partner of this side, for scanning."""
    from amur.formats.matching import sealing
    from amur.portal.matching import keyring
    from amur.portal.matching.models import Partner

    partner = Partner.objects.get()
    opened = sealing.unseal(
        Path(package).read_bytes(), keyring.secrets_of(partner.office), keyring.card_of(partner)
    )
    Path(out).write_bytes(opened)


def passports() -> None:
    """Print name, passport and home names of each animal as JSON."""
    from amur.portal.animals.models import Animal

    rows = {
        str(one.names): [one.passport, sorted(x.name for x in one.home_names.filter(retracted=None))]
        for one in Animal.objects.all()
    }
    print(json.dumps(rows))


def do(commands: list[list[Any]]) -> int:
    """Do commands until one fails; gives the status of the last."""
    from amur.cli import main as amur

    own = {"prepare": prepare, "survey": survey, "unseal": unseal, "passports": passports}
    for name, *words in commands:
        if name in own:
            own[name](*words)
        elif status := amur([name, *words]):
            return status
    return 0


def main() -> None:
    """Read a list of commands from each line; answer each line with its status and what was printed."""
    from amur.portal.operations.prepare import start_django

    start_django()
    for line in sys.stdin:
        told = io.StringIO()
        with redirect_stdout(told), redirect_stderr(told):
            try:
                status = do(json.loads(line))
            except Exception:
                traceback.print_exc()
                status = -1
        print(json.dumps({"status": status, "told": told.getvalue()}), flush=True)


if __name__ == "__main__":
    main()

"""Two offices of one centre: each its cameras, its animals, its experts; one tiger walks on both sides."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from matching_survey import SPECIES, Seen, survey_of

if TYPE_CHECKING:
    from amur.portal.matching.models import Agreement, Partner, Round
    from amur.portal.offices.models import Office, Person
    from tests.conftest import Cast


@dataclass
class Border:
    """`asking` are the flanks of our office, `answering` those of theirs; coat 0 is on both sides."""

    ours: Office
    theirs: Office
    our_expert: Person
    their_expert: Person
    to_them: Partner
    to_us: Partner
    asking: list[Any]
    answering: list[Any]

    def ask(self) -> Round:
        """A round about all our animals."""
        from amur.portal.matching import actions

        return actions.ask(self.to_them, SPECIES, self.asking, self.our_expert)

    def their_round(self, round_: Round) -> Round:
        """The same round as they see it."""
        from amur.portal.matching.models import Round

        return Round.objects.get(office=self.theirs, uuid=round_.uuid)


def agreement(partner: Partner, **terms: Any) -> Agreement:
    """An agreement in force that gives everything, unless told otherwise."""
    from amur.portal.matching.models import Agreement

    today = datetime.date.today()  # noqa: DTZ011  # any day near now
    given = {
        "code": "A-7", "clause": "3.2", "text_sha256": "f" * 64, "species": [SPECIES], "flanks": True,
        "crops": True, "verdicts": True, "valid_from": today - datetime.timedelta(days=9),
        "valid_until": today + datetime.timedelta(days=9), **terms,
    }  # fmt: skip
    return Agreement.objects.create(office=partner.office, partner=partner, **given)


@pytest.fixture
def border(cast: Cast) -> Border:
    """Both offices with confirmed partners and agreements; no round yet."""
    from amur.portal.matching import keyring

    keyring.make_key(cast.ours), keyring.make_key(cast.theirs)
    to_them = keyring.add_local_partner(cast.ours, cast.theirs, cast.data_manager)
    to_us = keyring.add_local_partner(cast.theirs, cast.ours, cast.foreign_data_manager)
    agreement(to_them), agreement(to_us)
    asking = survey_of(cast.ours, [Seen(0, "Zolushka"), Seen(1, "Uporny")], seed=1)
    answering = survey_of(cast.theirs, [Seen(0, "T-17", yaw=8.0), Seen(2, "T-18"), Seen(3, None)], seed=2)
    return Border(
        cast.ours, cast.theirs, cast.data_manager, cast.foreign_data_manager, to_them, to_us, asking, answering
    )

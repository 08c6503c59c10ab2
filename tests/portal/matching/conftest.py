"""Two offices of one centre: each its cameras, its animals, its experts; one tiger walks on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matching_survey import Border, Seen, agreement, survey_of

if TYPE_CHECKING:
    from tests.conftest import Cast


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
        cast.ours,
        cast.theirs,
        cast.data_manager,
        cast.foreign_data_manager,
        to_them,
        to_us,
        asking,
        answering,
    )

"""Rounds and pairs as the pages show them: in words, with what there is to do next."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from amur.formats.matching.views import Outcome, Pair, View
from amur.portal.animals.models import Animal
from amur.portal.matching import holdings, joint, log
from amur.portal.matching.forms import PassportForm
from amur.portal.matching.models import JointAnimal, Round

OUTCOMES: Final[dict[Outcome, str | Promise]] = {
    Outcome.OPEN: pgettext_lazy("pair", "not decided"),
    Outcome.HALF: pgettext_lazy("pair", "one side has decided"),
    Outcome.SAME: pgettext_lazy("pair", "the same animal"),
    Outcome.DIFFERENT: pgettext_lazy("pair", "different animals"),
    Outcome.UNSURE: pgettext_lazy("pair", "cannot be told"),
    Outcome.DISAGREED: pgettext_lazy("pair", "the two sides disagree"),
}
KINDS: Final[dict[str, str | Promise]] = {
    "opening": pgettext_lazy("statements", "who asks under which agreement"),
    "flank": pgettext_lazy("statements", "flanks: side, quality, features"),
    "searched": pgettext_lazy("statements", "that a search was done"),
    "candidate": pgettext_lazy("statements", "candidates: pair and probability"),
    "crop": pgettext_lazy("statements", "pictures of flanks"),
    "decision": pgettext_lazy("statements", "verdicts: expert, day"),
    "passport": pgettext_lazy("statements", "passports and home names"),
    "release": pgettext_lazy("statements", "number of joint animals for the public"),
    "retraction": pgettext_lazy("statements", "what was taken back"),
    "end": pgettext_lazy("statements", "the end of the round"),
}
VERDICTS: Final[dict[str, str | Promise]] = {
    "same": pgettext_lazy("verdict", "the same animal"),
    "different": pgettext_lazy("verdict", "different animals"),
    "unsure": pgettext_lazy("verdict", "cannot be told"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair for a page: `mine` and `theirs` are what each side said, `animal` is ours as identified now."""

    pair: Pair
    outcome: str | Promise
    animal: Animal | None
    crop_of_ours: bool
    crop_of_theirs: bool
    mine: str | Promise
    theirs: str | Promise
    their_expert: str
    may_decide: bool
    written: bool

    @property
    def per_cent(self) -> int:
        """The probability that the search gave."""
        return round(self.pair.probability * 100)


def pairs(round_: Round, view: View) -> list[Shown]:
    """All pairs of a round, the likeliest first."""
    return [pair(round_, each) for each in view.pairs]


def pair(round_: Round, found: Pair) -> Shown:
    """One pair. What the other side decided is shown only after our own verdict, so that both judge alone."""
    mine, theirs = log.role_of(round_.role), log.other(round_.role)
    own = joint.own_flank(round_, found)
    said, heard = found.decisions.get(mine), found.decisions.get(theirs)
    written = JointAnimal.objects.filter(
        round=round_, request=found.request, answer=found.answer, ended=None
    ).exists()
    return Shown(
        pair=found,
        outcome=OUTCOMES[found.outcome],
        animal=holdings.animal_of(own.flank) if own is not None else None,
        crop_of_ours=mine in found.crops,
        crop_of_theirs=theirs in found.crops,
        mine=VERDICTS[str(said.body["verdict"])] if said else "",
        theirs=VERDICTS[str(heard.body["verdict"])] if heard and said else "",
        their_expert=str(heard.body["expert"]) if heard and said else "",
        may_decide=len(found.crops) == 2,
        written=written,
    )


def next_to_decide(round_: Round) -> Pair | None:
    """The likeliest pair that our side has not decided."""
    role = log.role_of(round_.role)
    return next(
        (one for one in log.view(round_).pairs if len(one.crops) == 2 and role not in one.decisions), None
    )


def unsent(round_: Round) -> list[tuple[str | Promise, int]]:
    """What the next package would hold, in words with counts."""
    own = log.known(round_, round_.role)[round_.acknowledged :]
    counts: dict[str, int] = {}
    for one in own:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return [(KINDS[kind], count) for kind, count in counts.items()]


def contents(counts: dict[str, int]) -> list[tuple[str | Promise, int]]:
    """What a package held, in words with counts."""
    return [(KINDS.get(kind, kind), count) for kind, count in counts.items()]


def passport_form(round_: Round, found: Pair) -> PassportForm:
    """The form of the shared passport, filled with what the other side wrote, else with what is ours."""
    mine, theirs = (found.passports.get(role) for role in (log.role_of(round_.role), log.other(round_.role)))
    animal = pair(round_, found).animal
    passport = (animal.passport if animal is not None else None) or ""
    if said := theirs or mine:
        passport = str(said.body["passport"])
    return PassportForm(initial={"passport": passport, "home": str(mine.body["home"]) if mine else ""})

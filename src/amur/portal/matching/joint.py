"""Animals that both sides know: written into the passports when both agree, taken out when either does not.

`follow` brings the rows of a round up to its view; called after everything that is said or taken in.
"""

from django.utils import timezone

from amur.formats.matching.statements import Role
from amur.formats.matching.views import Pair
from amur.portal.animals.actions import Unfit, name_at_home, restore_passport, retract, share_passport
from amur.portal.audit.actions import batch
from amur.portal.matching import holdings, log, numbers
from amur.portal.matching.models import JointAnimal, Round, RoundFlank
from amur.portal.offices.models import Person


def follow(round_: Round, person: Person | None) -> None:
    """Write joint animals of the view that are not written yet, and end those that are not in it any more."""
    view = log.view(round_)
    agreed = {(pair.request, pair.answer): pair for pair in view.pairs if pair.passport}
    with batch():
        for row in round_.joint.filter(ended=None).select_related("animal", "home_name"):
            pair = agreed.pop((str(row.request), str(row.answer)), None)
            if pair is None or pair.passport != row.passport:
                _end(row, person)
                if pair is not None:
                    agreed[pair.request, pair.answer] = pair
        for pair in agreed.values():
            _begin(round_, pair, person)
        numbers.follow(round_, view)


def own_flank(round_: Round, pair: Pair) -> RoundFlank | None:
    """The office's own flank of a pair."""
    code = pair.request if round_.role == Round.Role.ASKER else pair.answer
    rows = RoundFlank.objects.select_related("flank__encounter__animal", "flank__media")
    return rows.filter(round=round_, code=code).first()


def _begin(round_: Round, pair: Pair, person: Person | None) -> None:
    own = own_flank(round_, pair)
    animal = holdings.animal_of(own.flank) if own is not None else None
    if animal is None:
        return
    try:
        former = share_passport(animal, pair.passport, person)
    except Unfit:
        return  # the page of the pair says that it waits, with the reason
    theirs: Role = log.other(round_.role)
    home = str(pair.passports[theirs].body["home"])
    partner = round_.partner
    name = (
        name_at_home(animal, home, person, office=partner.local, house="" if partner.local else partner.name)
        if home
        else None
    )
    JointAnimal.objects.create(
        round=round_,
        request=pair.request,
        answer=pair.answer,
        animal=animal,
        passport=pair.passport,
        former=former,
        home_name=name,
    )


def _end(row: JointAnimal, person: Person | None) -> None:
    row.ended = timezone.now()
    row.save()
    others = JointAnimal.objects.filter(animal=row.animal, passport=row.passport, ended=None)
    if others.exists():
        return
    if row.animal.passport == row.passport:
        restore_passport(row.animal, row.former)
    if row.home_name is not None:
        retract(row.home_name, person)

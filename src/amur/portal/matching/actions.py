"""The verbs of the room: asking, answering, showing, deciding, sharing a passport, taking back, sending.

Every verb says statements on the side of one office; the view of the round follows from them.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from amur.disclosure import scan
from amur.formats.matching.crops import crop_of
from amur.formats.matching.flanks import encode
from amur.formats.matching.statements import PURPOSE, Statement
from amur.formats.matching.views import Outcome, Pair
from amur.portal.animals.actions import Unfit, give_passport, share_passport
from amur.portal.animals.models import Animal
from amur.portal.audit.actions import batch
from amur.portal.identity.models import Flank
from amur.portal.identity.queries import binomial
from amur.portal.matching import agreements, files, holdings, joint, keyring, log, sending, taking
from amur.portal.matching.models import JointAnimal, Partner, Round, RoundFlank, RoundStatement
from amur.portal.matching.problems import Refused
from amur.portal.matching.sending import Sealed
from amur.portal.offices.models import Person
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run

QUALITY_DIGITS = 1


def ask(partner: Partner, species: str, flanks: Iterable[Flank], person: Person | None) -> Round:
    """Begin a round: one request for each flank, under random names and in random order.

    Raises Refused without an agreement on features, a confirmed partner, or any flank.
    """
    keyring.card_of(partner)
    flanks = list(flanks)
    if not flanks:
        raise Refused("no-flanks")
    with batch():
        round_ = Round.objects.create(
            office=partner.office, partner=partner, role=Round.Role.ASKER, species=binomial(species)
        )
        _open(round_, person)
        named = sorted(((str(uuid.uuid4()), flank) for flank in flanks), key=lambda each: each[0])
        RoundFlank.objects.bulk_create(
            [RoundFlank(round=round_, code=code, flank=flank) for code, flank in named]
        )
        log.say_all(
            round_,
            [
                (
                    "flank",
                    {
                        "request": code,
                        "side": flank.side,
                        "quality": round(float(flank.quality or 0.0), QUALITY_DIGITS),
                        "blob": files.keep(encode(holdings.features(flank))),
                    },
                )
                for code, flank in named
            ],
            person,
        )
    return round_


def _open(round_: Round, person: Person | None) -> None:
    """Say under which agreement the office takes part. Raises Refused without one."""
    what = "flank" if round_.role == Round.Role.ASKER else "candidate"
    agreement = agreements.require(round_, what)
    if agreement is None:
        raise Refused("not-agreed", what=what)
    log.say(
        round_,
        "opening",
        {
            "species": round_.species,
            "purpose": PURPOSE,
            "agreement": agreement.code,
            "version": agreement.version,
            "clause": agreement.clause,
            "text": agreement.text_sha256,
        },
        person,
    )


def start_search(
    round_: Round, threshold: float, person: Person | None, *, in_background: bool = True
) -> Run:
    """Queue the search of the flanks of a round in the office's own gallery."""
    return runs.start(
        "matching.search",
        {"round": str(round_.page), "threshold": threshold},
        person,
        round_.office,
        in_background=in_background,
    )


def answer(
    round_: Round, found: Iterable[tuple[str, Flank, float, bool]], requests: int, threshold: float,
    person: Person | None,
) -> int:  # fmt: skip
    """Say what a search found: (request, own flank, probability, calibrated). Gives the number of candidates.

    Nothing is said of what did not match.
    """
    with batch():
        if not any(one.kind == "opening" for one in log.known(round_, round_.role)):
            _open(round_, person)
        sayings = []
        for request, flank, probability, calibrated in found:
            code = str(RoundFlank.objects.get_or_create(round=round_, flank=flank)[0].code)
            likely = {"probability": round(probability, 2), "calibrated": calibrated}
            sayings.append((code, ("candidate", {"request": request, "answer": code, **likely})))
        ordered = [saying for _code, saying in sorted(sayings, key=lambda each: each[0])]
        closing = ("searched", {"requests": requests, "threshold": round(threshold, 2)})
        log.say_all(round_, [*ordered, closing], person)
    return len(ordered)


def show_crops(round_: Round, pairs: Collection[tuple[str, str]], person: Person | None) -> int:
    """Release the office's own picture of each of these pairs; gives how many were not released before.

    Raises Refused without an agreement on pictures.
    """
    with batch():
        view = log.view(round_)
        sayings = []
        for request, answered in pairs:
            pair = _pair(view.pair(request, answered))
            own = joint.own_flank(round_, pair)
            if own is None:
                raise Refused("no-pair")
            if log.role_of(round_.role) not in pair.crops:
                blob = files.keep(crop_of(holdings.chip_of_flank(own.flank)))
                sayings.append(("crop", {"request": request, "answer": answered, "blob": blob}))
        if sayings:
            log.say_all(round_, sayings, person)
    return len(sayings)


def decide(round_: Round, request: str, answered: str, verdict: str, person: Person) -> Statement:
    """An expert's verdict on a pair, for the office; a later one takes the place of an earlier one.

    Raises Refused before both pictures are there, and when the other side's expert has the same name.
    """
    pair = _pair(log.view(round_).pair(request, answered))
    if len(pair.crops) < 2:
        raise Refused("no-crops")
    name = expert_name(person)
    theirs = pair.decisions.get(log.other(round_.role))
    if theirs is not None and str(theirs.body["expert"]).casefold() == name.casefold():
        raise Refused("same-expert")
    body = {
        "request": request, "answer": answered, "verdict": verdict, "expert": name,
        "day": timezone.localdate().isoformat(),
    }  # fmt: skip
    own = joint.own_flank(round_, pair)
    animal = holdings.animal_of(own.flank) if own is not None else None
    with batch():
        if verdict == "same" and animal is not None:
            give_passport(animal)  # so that there is a number to share
        return _say_and_follow(round_, "decision", body, person)


def expert_name(person: Person) -> str:
    """How the other side is told who decided."""
    return (person.get_full_name() or person.get_username())[:120]


def write_passport(
    round_: Round, request: str, answered: str, passport: str, home: str, person: Person | None
) -> Statement:
    """Write the passport that the joint animal shall bear, and our name for it (empty: not told).

    Raises Refused unless both experts said "same", or when the passport cannot be borne by our animal.
    """
    pair = _pair(log.view(round_).pair(request, answered))
    if pair.outcome is not Outcome.SAME:
        raise Refused("not-same")
    if scan(home):
        raise Refused("names-place")
    animal = _own_animal(round_, pair)
    if not JointAnimal.objects.filter(animal=animal, passport=passport, ended=None).exists():
        _require_fit(animal, passport, person)
    body = {"request": request, "answer": answered, "passport": passport, "home": home}
    return _say_and_follow(round_, "passport", body, person)


def _require_fit(animal: Animal, passport: str, person: Person | None) -> None:
    """Raises Refused when an animal cannot bear a passport; nothing is changed either way."""
    try:
        with transaction.atomic():
            share_passport(animal, passport, person)
            transaction.set_rollback(True)
    except Unfit as error:
        raise Refused("unfit", why=str(error)) from error
    animal.refresh_from_db()


def release_number(round_: Round, person: Person | None) -> None:
    """Let the public know how many joint animals there are, if the other office releases the same number."""
    count = len(log.view(round_).joint)
    if count:
        _say_and_follow(round_, "release", {"joint": count}, person)


def retract(round_: Round, number: int, person: Person | None) -> None:
    """Take one of the office's own statements back. Raises Refused."""
    own = {one.number: one for one in log.known(round_, round_.role)}
    gone = {int(one.body["number"]) for one in own.values() if one.kind == "retraction"}
    if number not in own or number in gone or own[number].kind in ("opening", "retraction", "end"):
        raise Refused("not-ours")
    _say_and_follow(round_, "retraction", {"number": number}, person)
    if own[number].blob:
        transaction.on_commit(lambda: taking.forget_unwanted({own[number].blob}))


def take_back_verdict(round_: Round, request: str, answered: str, person: Person | None) -> None:
    """Take the office's verdict on a pair back; a passport that stood on it ends. Raises Refused."""
    pair = _pair(log.view(round_).pair(request, answered))
    role = log.role_of(round_.role)
    with batch():
        for said in (pair.passports.get(role), pair.decisions.get(role)):
            if said is not None:
                for row in _earlier(round_, said):
                    retract(round_, row.number, person)


def _earlier(round_: Round, said: Statement) -> Iterable[RoundStatement]:
    """The office's standing statements of one kind on one pair: those that were replaced, too."""
    rows = RoundStatement.objects.filter(round=round_, role=round_.role)
    gone = {row.body["number"] for row in rows.filter(kind="retraction")}
    return [
        row
        for row in rows.filter(kind=said.kind)
        if row.number not in gone and (row.body["request"], row.body["answer"]) == said.pair
    ]


def end(round_: Round, person: Person | None) -> None:
    """End a round: both sides give up features and all crops but those of joint animals."""
    names = {one.blob for one in log.known(round_) if one.blob}
    _say_and_follow(round_, "end", {}, person)
    transaction.on_commit(lambda: taking.forget_unwanted(names))


def send(round_: Round, person: Person | None, *, whole: bool = False) -> Sealed:
    """Write the next package; when the partner lives in this centre it has it at once."""
    with transaction.atomic():
        sealed = sending.package(round_, person, whole=whole)
        if round_.partner.local is not None:
            taking.take(round_.partner.local, sealed.content, None, sealed.name)
    return sealed


def revoke(partner: Partner, code: str) -> None:
    """End an agreement, all its versions, at once."""
    with batch():
        for row in partner.agreements.filter(code=code, revoked=None):
            row.revoked = timezone.now()
            row.save()


def _pair(pair: Pair | None) -> Pair:
    if pair is None:
        raise Refused("no-pair")
    return pair


def _own_animal(round_: Round, pair: Pair) -> Animal:
    own = joint.own_flank(round_, pair)
    animal = holdings.animal_of(own.flank) if own is not None else None
    if animal is None:
        raise Refused("not-named")
    return animal


def _say_and_follow(round_: Round, kind: str, body: Mapping[str, object], person: Person | None) -> Statement:
    with batch():
        said = log.say(round_, kind, body, person)
        joint.follow(round_, person)
    return said

"""The gate: the only function of the house that turns a record into something that may be shown.

Called by the portal whenever a record is published, shown, exported or handed to a partner. It is pure:
the same arguments give the same view; it reads no clock, no file and no database. How a decision came
about is told by `explain`, for the owning office and its auditors only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from amur.disclosure import release
from amur.disclosure.agreements import Agreement, covering
from amur.disclosure.defaults import DEFAULT
from amur.disclosure.levels import Audience, Category, Level, Purpose, Side, TimeLevel
from amur.disclosure.records import Approval, Record
from amur.disclosure.rules import Dimension, KindRule, PlaceForm, Rules, Terms
from amur.disclosure.times import is_older_than, require_aware
from amur.disclosure.views import View

# A finer release than an earlier one needs two different people.
_SIGNERS_FOR_FINER = 2
# A date begins first where the clocks are 14 hours ahead of UTC.
_FIRST_ZONE = timedelta(hours=14)


@dataclass(frozen=True)
class Limit:
    """What one rule allows at most. `nothing` withholds the record as a whole."""

    rule: str
    level: Level = Level.EXACT
    time_level: TimeLevel = TimeLevel.EXACT
    nothing: bool = False


@dataclass(frozen=True)
class Decision:
    """The strictest of all limits, with each of them: for the owning office and its auditors only."""

    side: Side
    category: Category
    limits: tuple[Limit, ...]
    instead: str | None = None
    final_level: Level = Level.WITHHELD
    agreed_fields: frozenset[str] | None = None
    agreed_media: bool = True
    agreed_personal: bool = True

    @property
    def nothing(self) -> bool:
        return any(limit.nothing for limit in self.limits)

    @property
    def level(self) -> Level:
        return Level.WITHHELD if self.nothing else min(limit.level for limit in self.limits)

    @property
    def time_level(self) -> TimeLevel:
        return TimeLevel.WITHHELD if self.nothing else min(limit.time_level for limit in self.limits)


def view(
    record: Record,
    audience: Audience,
    purpose: Purpose | str,
    now: datetime,
    agreements: Sequence[Agreement] = (),
    rules: Rules = DEFAULT,
) -> View:
    """The record as this audience may see it for this purpose at this instant.

    Args:
        record: with its true place and time.
        audience: who asks.
        purpose: what for; one that the rules do not list gives nothing.
        now: an aware instant from a trusted clock; ValueError when it is naive.
        agreements: all known agreements, in any order; only those that cover the record count.
        rules: the tables; `DEFAULT` are those of the programme.

    Method: every rule on taxon, zone, event kind, kind, project, age, approval, history, purpose,
    agreement and person gives a limit, and the strictest limit wins. Categories and statements
    follow Chapman (2020), Current Best Practices for Generalizing Sensitive Species Occurrence Data.

    >>> from uuid import UUID
    >>> from amur.disclosure import Place
    >>> area = Record("area", UUID("9f1c2a54-5c1e-4a53-9d4a-0d3c1d4f5a6b"), "vladivostok",
    ...               place=Place(134.85, 48.2), fields={"name": "Ussuri"}, published=True)
    >>> seen = view(area, Audience.public(), Purpose.PUBLICATION, datetime(2026, 1, 1, tzinfo=UTC))
    >>> seen.level.word, seen.fields["name"], seen.place.longitude
    ('exact', 'Ussuri', 134.85)
    """
    decision = explain(record, audience, purpose, now, agreements, rules)
    kind = rules.kind(record.kind, _day(now))
    if kind is None or decision.nothing:
        return release.nothing(record, rules)
    grant = release.Grant(
        side=decision.side,
        level=decision.level,
        time_level=decision.time_level,
        instead=decision.instead,
        final_level=decision.final_level,
        agreed_fields=decision.agreed_fields,
        media=decision.agreed_media,
        personal=decision.agreed_personal,
    )
    return release.build(record, kind, grant, rules)


def explain(
    record: Record,
    audience: Audience,
    purpose: Purpose | str,
    now: datetime,
    agreements: Sequence[Agreement] = (),
    rules: Rules = DEFAULT,
) -> Decision:
    """Every limit that was applied to a record, in order, with the rule that set it.

    Not for the public or a partner: the list of limits tells more than the view does.
    """
    require_aware(now, "now")
    day = _day(now)
    kind = rules.kind(record.kind, day)
    side = _side(record, audience, purpose, rules)
    if side is None:
        return Decision(Side.PUBLIC, Category.UNKNOWN, (Limit("audience", nothing=True),))
    if kind is None:
        return Decision(side, Category.UNKNOWN, (Limit("kind", nothing=True),))
    limits = [_purpose_limit(purpose, side, rules)]
    if side is Side.OWNER:
        limits.append(Limit("kind", nothing=side not in kind.to))
        return Decision(side, Category.OPEN, tuple(limits), final_level=Level.EXACT)
    category = category_of(record, kind, rules, day)
    terms = rules.terms_for(side, category)
    limits += _record_limits(record, kind, side, now)
    term_limit, applied, final = _terms_limit(record, terms, side, now)
    limits.append(term_limit)
    agreed: tuple[Agreement, ...] = ()
    if side is Side.PARTNER and audience.office is not None:
        agreed = covering(record, audience.office, str(purpose), now, agreements, rules)
        limits += _agreement_limits(agreed)
    elif record.personal:
        limits.append(Limit("personal", nothing=True))
    limits += _history_limits(record, side, audience.office, now, tuple(limits))
    limits += _shape_limits(record, kind, tuple(limits))
    partner = side is Side.PARTNER
    return Decision(
        side=side,
        category=category,
        limits=tuple(limits),
        instead=applied.instead,
        final_level=final,
        agreed_fields=_common_fields(agreed) if partner else None,
        agreed_media=not partner or (bool(agreed) and all(one.media for one in agreed)),
        agreed_personal=partner and bool(agreed) and all(one.personal for one in agreed),
    )


def category_of(
    record: Record, kind: KindRule, rules: Rules, day: date, of_project: bool = False
) -> Category:
    """The strictest category of kind, taxa, zone, event kind and project; UNKNOWN when one is missing.

    With `of_project` it is the record's share in the category of its project, without the kind's own
    category and without the project's.
    """
    present = {
        Dimension.TAXON: record.taxon is not None,
        Dimension.ZONE: record.zone is not None,
        Dimension.EVENT: record.event_kind is not None,
        Dimension.PLACE: record.place is not None,
        Dimension.TIME: record.time is not None,
        Dimension.PROJECT: record.project_category is not None or of_project,
    }
    if any(not present[dimension] for dimension in kind.required):
        return Category.UNKNOWN
    found = [Category.OPEN if of_project else kind.category]
    if record.project_category is not None and not of_project:
        found.append(record.project_category)
    if Dimension.TAXON not in kind.waived:
        taxa = (() if record.taxon is None else (record.taxon,)) + record.past_taxa
        found += [rules.taxon_category(name, day) for name in taxa]
    if Dimension.ZONE not in kind.waived and record.zone is not None:
        found.append(rules.zone_category(record.zone, day))
    if Dimension.EVENT not in kind.waived and record.event_kind is not None:
        found.append(rules.event_category(record.event_kind, day))
    return min(found)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _side(record: Record, audience: Audience, purpose: Purpose | str, rules: Rules) -> Side | None:
    """How the audience stands to the record; None when the audience makes no sense."""
    if audience.kind == "public":
        return Side.PUBLIC if audience.office is None else None
    if not audience.office:
        return None
    if audience.kind not in {"office", "auditor"}:
        return None
    row = rules.purposes.get(str(purpose))
    if row is not None and Side.PUBLIC in row.to:
        # What is made for publication ends with the public, whoever makes it.
        return Side.PUBLIC
    own = audience.office == record.owner
    if audience.kind == "office":
        return Side.OWNER if own else Side.PARTNER
    return Side.AUDITOR if own else Side.PUBLIC


def _purpose_limit(purpose: Purpose | str, side: Side, rules: Rules) -> Limit:
    row = rules.purposes.get(str(purpose))
    if row is None or side not in row.to:
        return Limit("purpose", nothing=True)
    return Limit("purpose", row.level, row.time_level)


def _record_limits(record: Record, kind: KindRule, side: Side, now: datetime) -> Iterator[Limit]:
    if side not in kind.to:
        yield Limit("kind", nothing=True)
    if side is Side.PUBLIC and not record.published:
        yield Limit("published", nothing=True)
    if side is not Side.AUDITOR and record.embargo_until is not None and now < record.embargo_until:
        yield Limit("embargo", nothing=True)
    if Dimension.TIME in kind.required and not _is_past(record, now):
        # Either the record or the clock is wrong, and an embargo could not be told.
        yield Limit("future", nothing=True)
    if side is Side.PUBLIC and kind.category is not Category.OPEN and record.id.version != 4:
        yield Limit("id", nothing=True)


def _is_past(record: Record, now: datetime) -> bool:
    moment = record.time_end or record.time
    if moment is None:
        return False
    if isinstance(moment, datetime):
        return moment <= now
    return moment <= (now.astimezone(UTC) + _FIRST_ZONE).date()


def _terms_limit(record: Record, terms: Terms, side: Side, now: datetime) -> tuple[Limit, Terms, Level]:
    """The limit of the category's terms, the terms that counted and the finest level they may reach."""
    if terms.nothing:
        return Limit("category", nothing=True), terms, Level.WITHHELD
    too_young = terms.min_age_months > 0 and not is_older_than(
        record.time_end or record.time, terms.min_age_months, now
    )
    approval = _approval(record, side, now, terms.signers) if terms.signers else None
    unsigned = terms.signers > 0 and approval is None
    if too_young or unsigned:
        before = terms.before
        rule = "age" if too_young else "approval"
        if before is None or before.nothing:
            return Limit(rule, nothing=True), terms, Level.WITHHELD
        return Limit(rule, before.level, before.time_level), before, terms.level
    if approval is not None:
        level, time_level = min(terms.level, approval.level), min(terms.time_level, approval.time_level)
        return Limit("approval", level, time_level), terms, terms.level
    return Limit("category", terms.level, terms.time_level), terms, terms.level


def _approval(record: Record, side: Side, now: datetime, signers: int) -> Approval | None:
    """The newest approval that stands; of two given at the same instant the stricter."""
    standing = [
        approval
        for approval in record.approvals
        if approval.stands(record.owner, side, now) and approval.signers >= signers
    ]
    return max(standing, key=lambda one: (one.given, -one.level, -one.time_level), default=None)


def _agreement_limits(agreed: tuple[Agreement, ...]) -> Iterator[Limit]:
    if not agreed:
        yield Limit("agreement", nothing=True)
    for agreement in agreed:
        level, time_level = agreement.level, agreement.time_level
        if level is not None and time_level is not None:
            yield Limit(f"agreement {agreement.id}", level, time_level)


def _common_fields(agreed: tuple[Agreement, ...]) -> frozenset[str]:
    common: frozenset[str] | None = None
    for agreement in agreed:
        common = agreement.fields if common is None else common & agreement.fields
    return common or frozenset()


def _history_limits(
    record: Record, side: Side, office: str | None, now: datetime, limits: tuple[Limit, ...]
) -> Iterator[Limit]:
    """Never finer than any earlier release to this side, unless two people signed after the last one."""
    past = [
        one
        for one in record.released
        if one.side is side and (side is not Side.PARTNER or one.office == office)
    ]
    if not past:
        return
    floor = min(one.level for one in past)
    time_floor = min(one.time_level for one in past)
    finer = min(limit.level for limit in limits) > floor
    finer_time = min(limit.time_level for limit in limits) > time_floor
    if not finer and not finer_time:
        return
    approval = _approval(record, side, now, _SIGNERS_FOR_FINER)
    if approval is not None and approval.given >= max(one.at for one in past):
        yield Limit("history", max(floor, approval.level), max(time_floor, approval.time_level))
    else:
        yield Limit("history", floor, time_floor)


def _shape_limits(record: Record, kind: KindRule, limits: tuple[Limit, ...]) -> Iterator[Limit]:
    """Limits that follow from the shape of the place: series, lines and areas, times of coarse places."""
    level = min(limit.level for limit in limits)
    place = record.place
    if place is None or level is Level.EXACT:
        return
    if kind.series:
        yield Limit("series", Level.WITHHELD)
    if place.geometry is not None:
        yield Limit("geometry", Level.WITHHELD)
    if kind.place is PlaceForm.NONE:
        yield Limit("place", Level.WITHHELD)
    # An exact time beside a cell tells when the subject crossed the cell's edge.
    yield Limit("coarse place", time_level=TimeLevel.DAY)

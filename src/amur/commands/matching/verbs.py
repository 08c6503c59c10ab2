"""What `amur matching …` does: each function is one command and calls what the pages call."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from amur.formats.files import replacing
from amur.formats.matching.keys import Card
from amur.formats.matching.views import Pair
from amur.portal.matching import actions, holdings, keyring, log, queries, taking
from amur.portal.matching.models import Agreement, Partner, Round
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Terminal
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import RunState

Options = argparse.Namespace


def key(options: Options) -> int:
    """Print the public key, made when there is none."""
    row = keyring.make_key(_office(options))
    print(row.card)
    print(_("Fingerprint, to be read out:") + " " + row.fingerprint)
    return 0


def partner(options: Options) -> int:
    """Note a partner, confirmed when the fingerprint that was read out is that of the key."""
    text = _bytes(options.key).decode("utf-8", "replace")
    row = keyring.add_partner(_office(options), options.name, text)
    if options.fingerprint:
        read_out = "".join(options.fingerprint.split())
        if read_out != "".join(Card.from_text(row.card).fingerprint.split()):
            raise Problem(_("The fingerprint is not that of this key. Compare again; nothing is sent."))
        keyring.confirm(row, None)
    print(row.fingerprint, "" if row.confirmed else _("(not confirmed: nothing is sent)"))
    return 0


def agreement(options: Options) -> int:
    """Enter an agreement."""
    row = Agreement(
        office=_office(options), partner=_partner(options), code=options.code, version=options.version,
        clause=options.clause, text_sha256=hashlib.sha256(_bytes(options.text)).hexdigest(),
        species=options.species, flanks=options.flanks, crops=options.crops, verdicts=options.verdicts,
        valid_from=options.begin, valid_until=options.until,
    )  # fmt: skip
    row.save()
    return 0


def request(options: Options) -> int:
    """Begin a round and write its first package."""
    towards = _partner(options)
    known = holdings.animals(towards.office, options.species)
    animals = {one.pk for one in known if not options.animal or one.key in options.animal}
    if missing := set(options.animal) - {one.key for one in known}:
        raise Problem(_("No flank to ask about of: {keys}").format(keys=", ".join(sorted(missing))))
    flanks = holdings.to_ask(towards.office, options.species, animals, unnamed=options.unnamed)
    before = frozenset() if options.again else queries.sent_before(towards)
    row = actions.ask(towards, options.species, [one for one in flanks if one.pk not in before], None)
    print(row.uuid)
    return _send(row, options.output)


def take(options: Options) -> int:
    """Take a package in."""
    taken = taking.take(_office(options), _bytes(options.package), None, options.package.name)
    print(taken.round.uuid)
    print(_("new statements: {count}").format(count=taken.fresh))
    return 0


def answer(options: Options) -> int:
    """Search, and write the package with the candidates."""
    row = _round(options)
    terminal = Terminal()
    try:
        run = actions.start_search(row, options.threshold, None, in_background=False)
    except ValueError as error:
        raise Problem(str(error)) from error
    done = work_on(run.uuid, terminal)
    terminal.finish()
    if done.state != RunState.DONE:
        raise Problem(_("The search did not end well: {state}").format(state=done.get_state_display()))
    print(_("candidates: {count}").format(count=(done.result or {}).get("candidates", 0)))
    return _send(row, options.output)


def show(options: Options) -> int:
    """Release pictures of pairs (all without numbers) and write the package."""
    row = _round(options)
    pairs = [_pair(row, number) for number in options.pair] or list(log.view(row).pairs)
    count = actions.show_crops(row, [(one.request, one.answer) for one in pairs], None)
    print(_("pictures released: {count}").format(count=count))
    return _send(row, options.output)


def decide(options: Options) -> int:
    """Say a verdict."""
    row = _round(options)
    person = Person.objects.filter(username=options.person).first()
    if person is None or not may(person, Verb.CHANGE, Subject.MATCHING, row.office):
        raise Problem(_("{name} may not decide for this office.").format(name=options.person))
    pair = _pair(row, options.pair)
    actions.decide(row, pair.request, pair.answer, options.verdict, person)
    return 0


def passport(options: Options) -> int:
    """Write a shared passport."""
    row = _round(options)
    pair = _pair(row, options.pair)
    actions.write_passport(row, pair.request, pair.answer, options.passport, options.home, None)
    return 0


def take_back(options: Options) -> int:
    """Take a verdict back."""
    row = _round(options)
    pair = _pair(row, options.pair)
    actions.take_back_verdict(row, pair.request, pair.answer, None)
    return 0


def send(options: Options) -> int:
    """Write the next package."""
    return _send(_round(options), options.output, whole=options.whole)


def end(options: Options) -> int:
    """End a round."""
    actions.end(_round(options), None)
    return 0


def rounds(options: Options) -> int:
    """List the rounds with their pairs, numbered."""
    for row in Round.objects.filter(office=_office(options)).select_related("partner"):
        view = log.view(row)
        print(row.uuid, row.partner, row.species, row.get_role_display())
        for number, pair in enumerate(view.pairs, 1):
            said = {role: str(one.body["verdict"]) for role, one in pair.decisions.items()}
            print(
                f"  {number}  {round(pair.probability * 100)} %  {pair.outcome}"
                f"  {said.get(log.role_of(row.role), '-')}/{said.get(log.other(row.role), '-')}"
                f"  {pair.passport or '-'}"
            )
    return 0


def _send(row: Round, output: Path, *, whole: bool = False) -> int:
    if not output.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=output.absolute().parent))
    sealed = actions.send(row, None, whole=whole)
    with replacing(output) as temporary:
        temporary.write_bytes(sealed.content)
    told = ", ".join(f"{kind} {count}" for kind, count in sealed.note.counts.items())
    print(_("{file}: {content}; no place, no time").format(file=output, content=told or "-"))
    return 0


def _office(options: Options) -> Office:
    found = Office.objects.filter(key=options.office).first()
    if found is None:
        raise Problem(_("There is no office with the key {key}.").format(key=options.office))
    return found


def _partner(options: Options) -> Partner:
    rows = Partner.objects.filter(office=_office(options), name=options.partner, ended=None)
    found = rows.order_by("-pk").first()
    if found is None:
        raise Problem(_("The office has no partner called {name}.").format(name=options.partner))
    return found


def _round(options: Options) -> Round:
    rows = Round.objects.filter(office=_office(options)).select_related("office", "partner__local")
    found = [row for row in rows if str(row.uuid).startswith(options.round.lower())]
    if len(found) != 1:
        raise Problem(
            _("{count} rounds begin with {id}; see `amur matching rounds`.").format(
                count=len(found), id=options.round
            )
        )
    return found[0]


def _pair(row: Round, number: int) -> Pair:
    pairs = log.view(row).pairs
    if not 1 <= number <= len(pairs):
        raise Problem(_("The round has {count} pairs; give a number from 1 on.").format(count=len(pairs)))
    return pairs[number - 1]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Problem(_("There is no file {file}.").format(file=path)) from error

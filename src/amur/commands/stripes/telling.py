"""Says the result of an evaluation in the terminal."""

from __future__ import annotations

from typing import Any, Final

from amur.commands.jobs.running import Say
from amur.portal.operations.problems import _

SHOWN: Final = 20
"""So many of the pictures that were left out are printed; all are in the JSON file."""


def tell(content: dict[str, Any], say: Say) -> None:
    """Say what `evaluating` found."""
    counts = {name: content[name] for name in ("pictures", "animals", "encounters", "descriptors")}
    text = _("{pictures} pictures of {animals} animals in {encounters} encounters, {descriptors} features.")
    say(text.format(**counts))
    _figures(_("each picture"), content["per_picture"], say)
    _figures(_("each encounter"), content["per_encounter"], say)
    say(_("CPU seconds: {query} a query, {enrolment} a picture added").format(**content["cpu_seconds"]))
    found = content["calibration"]
    if found is not None and found["pairs"] is not None:
        text = _("Brier score of probabilities: {learned} learned, {guess} without learning")
        say(text.format(learned=found["pairs"]["brier"], guess=found["pairs_unlearned"]["brier"]))
    alone = len(content["not_scored"])
    if alone:
        text = _("{count} pictures are compared with and not scored: their animal is in no other encounter.")
        say(text.format(count=alone))
    for left in content["left_out"][:SHOWN]:
        say(f"{_('left out')}: {left['place']}: {left['reason']}")
    if len(content["left_out"]) > SHOWN:
        say(_("… and {count} more.").format(count=len(content["left_out"]) - SHOWN))


def _figures(title: str, found: dict[str, Any] | None, say: Say) -> None:
    if found is None:
        say(_("{title}: no animal has two encounters that can be compared.").format(title=title))
        return
    text = _("{title}: {queries} queries in {encounters} encounters")
    say(text.format(title=title, queries=found["queries"], encounters=found["encounters"]))
    for key, label in (("top1", "top-1"), ("top5", "top-5"), ("mrr", "MRR"), ("map", "mAP")):
        one = found[key]
        say(f"  {label:6} {one['value']:.3f}  ({one['low']:.3f} – {one['high']:.3f})")

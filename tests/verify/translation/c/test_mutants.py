"""Mutants of the smallBMS in C are refuted, or do what the smallBMS does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from spec.expression import Boolean
from tests.verify.translation.c.campaign import Campaign
from tests.verify.translation.c.mutants import mutants
from tests.verify.translation.c.routines import findings, written
from verify.translation.finding import Difference, Example, Finding, Outcome

SYSTEM, FILES = written(settable=False)
ALL = list(mutants(FILES["smallbms.c"]))
# What a compiler may do is not to be known from one of them.
UNDEFINED = ("is read before it has a value", "the value does not fit into")
NOT_WRITTEN = " is not written"
LEGAL = "is legal after a step from any memory"


def holds(left: dict[str, int], difference: Difference, value: int) -> bool:
    found = left[difference.name]
    return (found != 0 if isinstance(difference.type, Boolean) else found) == value


def replayed(campaign: Campaign, index: int, function: str, example: Example) -> bool:
    """The example goes wrong on the compiled mutant just as it says, and not on the smallBMS."""
    if example.broken.endswith(NOT_WRITTEN):
        name = example.broken.removesuffix(NOT_WRITTEN)
        fills = (0, 255)
        found = [campaign.left_behind(index, function, example, each)[name] for each in fills]
        return found[0] != found[1]
    right = campaign.left_behind(0, function, example)
    wrong = campaign.left_behind(index, function, example)
    if example.broken.endswith(LEGAL):
        name = example.broken.removeprefix("not so: ").split()[0]
        span = next(each.span for each in SYSTEM.state if each.name == name)
        return any(
            value > span.highest
            for key, value in wrong.items()
            if key.startswith("state.") and value != right[key]
        )
    return bool(example.differences) and all(
        holds(right, each, each.expected) and holds(wrong, each, each.got)
        for each in example.differences
    )


def verdict(campaign: Campaign, index: int, found: list[Finding]) -> str:
    """What is known of a mutant, and how."""
    for each in found:
        if each.outcome is Outcome.UNKNOWN:
            return f"unknown: {each.reason}"
        if each.outcome is Outcome.PROVED:
            continue
        if each.example is None:
            return "refused"
        if any(told in each.example.broken for told in UNDEFINED):
            return "undefined"
        again = replayed(campaign, index, each.subject, each.example)
        return "replayed" if again else "not replayed"
    return "not proved rightly" if campaign.differing(index) else "equivalent"


def test_mutants_are_refuted_or_equivalent(tmp_path: Path) -> None:
    assert len(ALL) > 350
    campaign = Campaign(FILES, ALL, tmp_path)
    # The comparison itself: nothing differs from itself.
    assert campaign.differing(0) == 0
    verdicts = {
        f"{mutant.said} ({index})": verdict(
            campaign,
            index,
            findings(SYSTEM, {**FILES, "smallbms.c": mutant.text}, settable=False),
        )
        for index, mutant in enumerate(ALL, start=1)
    }
    wrong = {
        said: told
        for said, told in verdicts.items()
        if told not in {"replayed", "undefined", "equivalent"}
    }
    assert wrong == {}
    counted = Counter(verdicts.values())
    assert counted["replayed"] > 250
    assert counted["equivalent"] > 50

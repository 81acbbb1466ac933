"""The table of survival as text: a row for each requirement, a column for each fault."""

from __future__ import annotations

from smallbms.presenters.counterexample import MOST_ROWS
from smallbms.presenters.lines import Line, Tone, counted, cut, wrapped
from smallbms.presenters.paths import shown_path
from smallbms.presenters.scope import assumed
from smallbms.presenters.trace_table import run_table
from spec.machine import Requirement
from verify.survival.survival import NONE, Outcome, Survival
from verify.verdict import Unknown, Verdict, Violated

# How a cell is written.
WORDS = {
    Verdict.PROVED: "holds",
    Verdict.VIOLATED: "FAILS",
    Verdict.UNKNOWN: "?",
    Verdict.VACUOUS: "-",
}
_MEANING = (
    "holds: proved, with that fault at any moments and for any time. FAILS: a run breaks it. "
    "-: it speaks of other faults only. ?: not decided."
)
_TONES = {
    Verdict.PROVED: Tone.GOOD,
    Verdict.VIOLATED: Tone.BAD,
    Verdict.UNKNOWN: Tone.DOUBT,
    Verdict.VACUOUS: Tone.QUIET,
}
_WORST_FIRST = (Verdict.VIOLATED, Verdict.UNKNOWN, Verdict.PROVED, Verdict.VACUOUS)
_WIDEST = max(map(len, WORDS.values()))


def survival_lines(survival: Survival, width: int, *, runs: bool) -> list[Line]:
    """All that `survival` says, in lines of at most `width` columns."""
    machine = survival.machine
    return [
        Line(f"{machine.name}: {machine.title} ({shown_path(machine.path)})", Tone.HEADING),
        Line(),
        *_legend(survival, width),
        Line(),
        *_table(survival, width),
        Line(),
        *wrapped(_MEANING, width),
        *_undecided(survival, width),
        *(_runs(survival, width) if runs else []),
        Line(),
        *assumed(machine, width),
        *_closing(survival, width),
    ]


def _legend(survival: Survival, width: int) -> list[Line]:
    """What each column stands for."""
    numbers = len(str(len(survival.faults)))
    lines = [Line(f"{0:>{numbers}}  no fault at all")]
    names = max((len(each.name) for each in survival.faults), default=0)
    for number, fault in enumerate(survival.faults, 1):
        first = f"{number:>{numbers}}  {fault.name:<{names}}  "
        written = fault.text or survival.machine.statement(fault.place)
        lines += wrapped(written, width, first=first)
    return lines


def _columns(survival: Survival) -> list[str]:
    return [NONE, *(each.name for each in survival.faults)]


def _table(survival: Survival, width: int) -> list[Line]:
    ids = max((len(each.id) for each in survival.requirements), default=0)
    columns = _columns(survival)
    head = " ".join(f"{number:<{_WIDEST}}" for number in range(len(columns)))
    lines = [Line(f"{'':<{ids}}  {head}", Tone.HEADING)]
    for requirement in survival.requirements:
        verdicts = [survival.verdict(requirement.id, each) for each in columns]
        cells = " ".join(f"{WORDS[each]:<{_WIDEST}}" for each in verdicts)
        first = f"{requirement.id:<{ids}}  {cells}  "
        worst = next(each for each in _WORST_FIRST if each in verdicts)
        text = first + cut(requirement.sentence, width - len(first))
        lines.append(Line(text, _TONES[worst], toned=WORDS[worst]))
    return lines


def _undecided(survival: Survival, width: int) -> list[Line]:
    reasons: dict[str, None] = {}
    for (_, fault), outcome in survival.outcomes.items():
        for each in outcome.properties:
            if isinstance(each.answer, Unknown):
                reasons.setdefault(f"{fault or 'no fault'}: {each.answer.reason}")
    return [line for each in reasons for line in wrapped(each, width, tone=Tone.DOUBT)]


def _runs(survival: Survival, width: int) -> list[Line]:
    """The run behind each cell that fails."""
    lines: list[Line] = []
    for (id_, fault), outcome in survival.outcomes.items():
        lines += _failures(outcome.requirement, fault, outcome, width) if id_ else []
    return lines


def _failures(requirement: Requirement, fault: str, outcome: Outcome, width: int) -> list[Line]:
    lines: list[Line] = []
    for each in outcome.properties:
        if not isinstance(each.answer, Violated):
            continue
        where = f"with {fault}" if fault else "without a fault"
        lines.append(Line())
        lines += wrapped(
            requirement.sentence, width, first=f"{requirement.id} fails {where}: ",
            indent="    ", tone=Tone.BAD,
        )  # fmt: skip
        lines += wrapped(each.text, width, first=f"{each.declared.place}: ", tone=Tone.HEADING)
        if each.answer.reason:
            lines += wrapped(each.answer.reason, width)
        if each.answer.trace is not None:
            lines += run_table(each.answer.trace, width, fails=True, most_rows=MOST_ROWS)
    return lines


def _closing(survival: Survival, width: int) -> list[Line]:
    total = len(survival.requirements)
    sound = [each for each in survival.requirements if _holds(survival, each.id, NONE)]
    always = [
        each
        for each in sound
        if all(_holds(survival, each.id, fault) for fault in _columns(survival))
    ]
    words = (
        f"{len(sound)} of {counted(total, 'requirement')} hold without a fault, {len(always)} with "
        f"each of {counted(len(survival.faults), 'single fault')}"
    )
    if survival.untouched:
        words += f"; not asked, as they say nothing of runs: {', '.join(survival.untouched)}"
    return wrapped(f"{words}; {survival.seconds:.2f} s", width, indent="    ")


def _holds(survival: Survival, requirement: str, fault: str) -> bool:
    return survival.verdict(requirement, fault) in (Verdict.PROVED, Verdict.VACUOUS)

"""`smallbms faults`: which requirement survives which single fault.

The words are chosen by the presenters; here are the options, the order of work and the status.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, write
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.survival import survival_lines
from smallbms.presenters.survival_json import survival_json
from smallbms.proving import survived
from smallbms.reading import read_specification
from smallbms.showing import show
from smallbms.status import Status
from spec.language.errors import did_you_mean
from verify import prover
from verify.survival.survival import Survival
from verify.verdict import Verdict

_NO_FAULTS = "{}: this text declares no faults; write them under 'faults': name = expression"


@click.command("faults")
@arguments.specification
@click.option(
    "-r", "--requirement", "only", metavar="ID", multiple=True, help="Ask only this; repeatable."
)
@click.option(
    "-f", "--fault", "faults", metavar="NAME", multiple=True, help="Let in only this; repeatable."
)
@click.option("--runs", is_flag=True, help="Show the run behind each cell that does not hold.")
@click.option("--json", "json_file", metavar="FILE", type=arguments.FILE, help="Table as JSON.")
@arguments.timeout
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    only: tuple[str, ...],
    faults: tuple[str, ...],
    runs: bool,
    json_file: Path | None,
    timeout: float,
) -> Status:
    """Say which requirement survives which single fault.

    Each requirement is asked where no fault of the text is ever present, and where one of them may
    be, at any moments and for any time. The word no_fault is true in both. FILE may be - for
    standard output; the table then goes to standard error.

    Exit status: 0 every requirement holds without a fault and all cells are decided, 1 one does
    not, 2 wrong use, 3 the specification has errors, 4 undecided within the limits.
    """
    arguments.require_files(path, json_file)
    reading = read_specification(path)
    click.echo(diagnostics_text(reading), nl=False, err=True)
    survival, status = None, Status.SPECIFICATION
    if reading.machine is not None:
        machine = reading.machine
        asked = _known("requirement", only, [each.id for each in machine.requirements])
        let_in = _known("fault", faults, [each.name for each in machine.faults])
        if not machine.faults:
            raise click.UsageError(_NO_FAULTS.format(reading.path))
        survival = survived(machine, prover.Options(asked, timeout), let_in)
        status = status_of(survival)
    if json_file is not None:
        write({json_file: survival_json(reading, survival, status)})
    if survival is not None:
        show(partial(survival_lines, survival, runs=runs), err=json_file == STANDARD_OUTPUT)
    return status


def status_of(survival: Survival) -> Status:
    """What `survival` says to the shell; that a fault is not survived is no failure."""
    without = {survival.verdict(each.id) for each in survival.requirements}
    every = {each.verdict for each in survival.outcomes.values()}
    if Verdict.VIOLATED in without or survival.is_impossible:
        return Status.FAILS
    return Status.UNDECIDED if Verdict.UNKNOWN in every else Status.HOLDS


def _known(what: str, asked: tuple[str, ...], known: list[str]) -> tuple[str, ...]:
    for name in asked:
        if name not in known:
            raise click.UsageError(f"there is no {what} '{name}': {did_you_mean(name, known)}")
    return tuple(name for name in known if name in asked)

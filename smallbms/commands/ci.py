"""`smallbms ci`: the gate for a pipeline: requirements, generated code and its proofs in one.

What is asked is in `smallbms.gate`; here are the options, the order of work and the status.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import perf_counter

import click

from codegen.widths import TooWide
from smallbms.boards import board_for
from smallbms.commands import arguments
from smallbms.commands.validate import levels_option
from smallbms.gate import Gate, Stage, folder_of
from smallbms.output import STANDARD_OUTPUT, write
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.gate import gate_json, gate_lines
from smallbms.proving import verified
from smallbms.reading import read_specification
from smallbms.refusal import Refused
from smallbms.showing import show
from smallbms.status import Status
from smallbms.validating.code import committed
from smallbms.validating.files import Level
from smallbms.validating.folders import examine_all
from smallbms.validating.queries import rechecked, second_solver
from verify import prover


@click.command("ci")
@arguments.specification
@click.option(
    "--generated",
    metavar="DIR",
    type=arguments.DIRECTORY,
    default=Path("generated"),
    show_default=True,
    help="Where the generated code lies, a folder for each target.",
)
@levels_option
@arguments.board
@click.option("--json", "json_file", metavar="FILE", type=arguments.FILE, help="Report as JSON.")
@arguments.timeout
@arguments.jobs
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    generated: Path,
    wanted: tuple[str, ...],
    board_file: Path | None,
    json_file: Path | None,
    timeout: float,
    jobs: int,
) -> Status:
    """Prove the requirements, and that the generated code is up to date and equal to them.

    Without SPEC, the smallBMS that this toolkit ships. What `generate` would write now is compared
    with the folders in DIR, and every function there is proved equal to the specification, down to
    machine code and bytecode. A second solver must accept each answer about code.

    Exit status: 0 all of it holds, 1 something is violated, out of date or different, 2 wrong
    use, 3 the specification or the board has errors, 4 something is undecided or was not run.
    """
    arguments.require_files(path, json_file)
    reading = read_specification(path)
    click.echo(diagnostics_text(reading), nl=False, err=True)
    machine = reading.machine
    if machine is None:
        return Status.SPECIFICATION
    board = None
    if path is None or board_file is not None:
        board = board_for(board_file, machine)
        if board is None:
            return Status.SPECIFICATION
    codes = committed(generated, machine, board)
    begun = [perf_counter()]
    # Whether requirements hold is asked, not by how much.
    options = prover.Options(timeout=timeout, jobs=jobs, margins=False)
    report = verified(machine, options)
    begun.append(perf_counter())
    try:
        folders = tuple(folder_of(each, machine, board, report) for each in codes)
    except TooWide as error:
        where = f"{machine.path}:{error.place.line}"
        raise Refused(f"{where}: too wide for a target: {error}") from None
    begun.append(perf_counter())
    levels = [each for each in Level if each.value in wanted] or list(Level)
    examined = examine_all(codes, levels, jobs)
    begun.append(perf_counter())
    solver = second_solver()
    if solver is not None:
        examined = rechecked(examined, solver)
    begun.append(perf_counter())
    seconds = {
        stage: end - start for stage, start, end in zip(Stage, begun[:-1], begun[1:], strict=True)
    }
    gate = Gate(report, folders, tuple(examined), solver, seconds)
    if json_file is not None:
        write({json_file: gate_json(gate)})
    show(partial(gate_lines, gate), err=json_file == STANDARD_OUTPUT)
    return gate.status

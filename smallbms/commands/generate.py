"""`smallbms generate`: write the code of a proved specification, all files or none.

What may be overwritten is decided by `generated_folder`; here are the options, the order of work
and the status.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from codegen.generation import STEP_TARGETS, TARGETS, targets_for
from codegen.options import Options
from codegen.widths import TooWide
from smallbms.boards import board_for
from smallbms.commands import arguments
from smallbms.generated_folder import (
    State,
    compared,
    rendered,
    require_replaceable,
    require_same_use,
)
from smallbms.output import STANDARD_OUTPUT, require_directory, write
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.generation import (
    GeneratedFile,
    generation_text,
    refusal_text,
    unproved,
    warning_text,
)
from smallbms.proving import status_of, verified
from smallbms.reading import read_specification
from smallbms.refusal import Refused
from smallbms.status import Status
from spec.language.errors import Code, Diagnostic, SpecificationError
from spec.machine import Machine
from spec.vectors import Vector
from verify import prover

_RUNTIME = "runtime"


@click.command("generate")
@arguments.specification
@click.option(
    "-t",
    "--target",
    "targets",
    type=click.Choice(list(TARGETS)),
    multiple=True,
    required=True,
    help="What to write the code for; of several, each goes to its own folder in DIR.",
)
@click.option(
    "-o",
    "--output",
    "directory",
    metavar="DIR",
    type=arguments.DIRECTORY,
    required=True,
    help="Where to write it to.",
)
@click.option(
    "--parameters",
    type=click.Choice(["constant", _RUNTIME]),
    default="constant",
    show_default=True,
    help="Whether parameters with a range are set at run time, and checked there.",
)
@arguments.board
@click.option("--monitors", is_flag=True, help="Write the requirements as run-time monitors too.")
@click.option("--tests", is_flag=True, help="Write unit tests of the code too.")
@click.option(
    "--unverified",
    is_flag=True,
    help="Write code although a requirement is not proved; it says so itself.",
)
@arguments.timeout
@arguments.jobs
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    targets: tuple[str, ...],
    directory: Path,
    parameters: str,
    board_file: Path | None,
    monitors: bool,
    tests: bool,
    unverified: bool,
    timeout: float,
    jobs: int,
) -> Status:
    """Write a specification as code, once all its requirements are proved.

    Without SPEC, the smallBMS that this toolkit ships. All files are written or none, and never
    over a file that was not generated or was changed since: the manifest in the folder tells.

    Exit status: 0 written, 1 a requirement is violated or vacuous, 2 wrong use, 3 the
    specification or the board has errors, 4 a requirement is undecided within the limits.
    """
    needs_board = not set(targets) <= set(STEP_TARGETS)
    if board_file is not None and not needs_board:
        raise click.UsageError(f"--board: {' and '.join(targets)} need no board")
    folders = _folders(directory, targets)
    reading = read_specification(path)
    click.echo(diagnostics_text(reading), nl=False, err=True)
    machine = reading.machine
    if machine is None:
        return Status.SPECIFICATION
    for target, folder in folders.items():
        require_same_use(folder, machine, target)
    board = board_for(board_file, machine) if needs_board else None
    if needs_board and board is None:
        return Status.SPECIFICATION
    for target in targets:
        if board is not None and target not in targets_for(board):
            raise Refused(f"{board.path}: {target} serves no front end", "generate -t pico-c")
    # Which requirements hold is asked, not by how much.
    report = verified(machine, prover.Options(timeout=timeout, jobs=jobs, margins=False))
    open_ = tuple(each.requirement.id for each in unproved(report))
    if open_ and not unverified:
        click.echo(refusal_text(report, path), nl=False, err=True)
        return status_of(replace(report, findings=()))
    settable = parameters == _RUNTIME
    vectors = _vectors(machine, vary_parameters=settable) if tests else ()
    options = Options(settable, monitors, open_, vectors, board)
    try:
        wanted = _rendered(machine, folders, options)
    except SpecificationError as error:
        too_wide = replace(reading, diagnostics=error.diagnostics)
        click.echo(diagnostics_text(too_wide), nl=False, err=True)
        return Status.SPECIFICATION
    files = _replaced(wanted)
    click.echo(generation_text(report, directory, files), nl=False)
    click.echo(warning_text(report, path), nl=False, err=True)
    return Status.HOLDS


def _folders(directory: Path, targets: tuple[str, ...]) -> dict[str, Path]:
    """The folder of each target, in the order in which they were asked for.

    Raises:
        Refused: One of them could not be written, or two are the same.
    """
    if directory == STANDARD_OUTPUT:
        raise click.UsageError("-o needs a directory: code is more than one file")
    asked = list(dict.fromkeys(targets))
    folders = {each: directory / each if len(asked) > 1 else directory for each in asked}
    for folder in folders.values():
        require_directory(folder)
    if len(set(map(os.path.realpath, folders.values()))) < len(folders):
        raise Refused(f"{directory}: links lead two targets to the same folder")
    return folders


def _vectors(machine: Machine, *, vary_parameters: bool) -> tuple[Vector, ...]:
    """The steps that unit tests are made of."""
    # Loaded when asked for: code is written more often than tests of it.
    from verify.vectors import find  # noqa: PLC0415

    return find(machine, vary_parameters=vary_parameters).vectors


def _rendered(
    machine: Machine, folders: Mapping[str, Path], options: Options
) -> dict[Path, dict[str, bytes]]:
    """What belongs into each folder.

    Raises:
        SpecificationError: A number of the machine does not fit into a target's.
    """
    wanted, too_wide = {}, []
    for target, folder in folders.items():
        try:
            wanted[folder] = rendered(machine, target, options)
        except TooWide as error:
            too_wide.append(
                Diagnostic(
                    Code.TOO_LARGE,
                    error.place,
                    f"too wide for {target}: {error}",
                    "narrow the range, take a coarser resolution, or choose another target",
                )
            )
    if too_wide:
        raise SpecificationError(machine.path, machine.text, too_wide)
    return wanted


def _replaced(wanted: Mapping[Path, Mapping[str, bytes]]) -> list[GeneratedFile]:
    """Write what is `wanted` into each folder, and remove what is no longer made.

    Raises:
        Refused: Something would be lost, or cannot be written; nothing has changed.
    """
    files = [
        GeneratedFile(folder / name, state, content.get(name))
        for folder, content in wanted.items()
        for name, state in compared(folder, content).items()
        if state is not State.FOREIGN
    ]
    require_replaceable({each.path: each.state for each in files})
    write(
        {
            each.path: each.content
            for each in files
            if each.content is not None and each.state is not State.CURRENT
        },
        directories=wanted,
        removed=[each.path for each in files if each.state is State.OBSOLETE],
    )
    return files

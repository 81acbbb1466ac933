"""`smallbms validate`: prove code equal to its specification, down to its bytes.

What is compared with what is decided in `smallbms.validating`; here are the options, the order of
work and the status.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

import click

from codegen.boards.board import Board
from codegen.widths import TooWide
from smallbms.boards import board_for
from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, require_directory, write
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.validation import validation_lines
from smallbms.presenters.validation_json import validation_json
from smallbms.reading import read_specification
from smallbms.refusal import Refused
from smallbms.showing import show
from smallbms.status import Status
from smallbms.validating.code import committed, fresh, names_of
from smallbms.validating.expected import Expected
from smallbms.validating.files import (
    Examined,
    Level,
    content_of,
    examine_bytecode,
    examine_c,
    examine_elf,
    examine_python,
    examine_uf2,
)
from smallbms.validating.folders import examine_all
from smallbms.validating.queries import queries_of, rechecked, second_solver
from smallbms.validating.status import status_of
from spec.machine import Machine
from verify.evidence.recheck import SECOND_SOLVERS

levels_option = click.option(
    "--level",
    "wanted",
    type=click.Choice([each.value for each in Level]),
    multiple=True,
    help="Look at this level only; repeatable.",
)
_CONSTANT, _RUNTIME = "constant", "runtime"
_FILE = "FILE"


@click.command("validate")
@arguments.specification
@click.option(
    "--generated",
    metavar="DIR",
    type=arguments.DIRECTORY,
    help="Look at the code in DIR, not at code that is generated afresh.",
)
@click.option("--elf", metavar=_FILE, type=arguments.FILE, help="Look at this program or object.")
@click.option("--uf2", metavar=_FILE, type=arguments.FILE, help="Compare it with that of --elf.")
@click.option("--c", "c_file", metavar=_FILE, type=arguments.FILE, help="Look at this C file.")
@click.option(
    "--python", "python_file", metavar=_FILE, type=arguments.FILE, help="Look at this module."
)
@click.option("--mpy", metavar=_FILE, type=arguments.FILE, help="Look at this compiled module.")
@levels_option
@click.option(
    "--parameters",
    type=click.Choice([_CONSTANT, _RUNTIME]),
    help="How the code has parameters with a range; without it, generated code is looked at both "
    "ways, and a file of yours as constant.",
)
@arguments.board
@click.option("--json", "json_file", metavar=_FILE, type=arguments.FILE, help="Report as JSON.")
@click.option(
    "--queries",
    metavar="DIR",
    type=arguments.DIRECTORY,
    help="Write each question that was answered with no, as SMT-LIB 2.",
)
@click.option(
    "--recheck", is_flag=True, help="Say PROVED only of what a second solver accepts too."
)
@arguments.jobs
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    generated: Path | None,
    elf: Path | None,
    uf2: Path | None,
    c_file: Path | None,
    python_file: Path | None,
    mpy: Path | None,
    wanted: tuple[str, ...],
    parameters: str | None,
    board_file: Path | None,
    json_file: Path | None,
    queries: Path | None,
    recheck: bool,
    jobs: int,
) -> Status:
    """Prove that code does what its specification says, for all inputs and any memory.

    Without SPEC, the smallBMS that this toolkit ships. Without a file or a folder, the code that
    is looked at is generated afresh for every target: C and what your compiler makes of it,
    MicroPython and its bytecode. With --elf, your own firmware.

    Exit status: 0 all of it is proved, 1 something differs, 2 wrong use, 3 the specification or
    the board has errors, 4 something is not decided or could not be looked at.
    """
    arguments.require_files(path, json_file)
    if queries is not None:
        require_directory(queries)
    files = {"elf": elf, "c": c_file, "python": python_file, "mpy": mpy}
    mine = {name: each for name, each in files.items() if each is not None}
    if mine and (generated is not None or wanted):
        raise click.UsageError("--generated and --level do not go with a file of your own")
    if uf2 is not None and elf is None:
        raise click.UsageError("--uf2 needs --elf, which it is compared with")
    solver = second_solver() if recheck else None
    if recheck and solver is None:
        told = f"--recheck needs one of {' and '.join(SECOND_SOLVERS)}"
        raise Refused(told, "pip install 'smallbms[recheck]'")
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
    levels = [each for each in Level if each.value in wanted] or list(Level)
    if mine:
        expected = Expected(machine, settable=parameters == _RUNTIME, board=board)
        found = list(_examine_mine(mine, uf2, expected, machine))
    elif generated is not None:
        codes = committed(generated, machine, board)
        found = examine_all(codes, levels, jobs)
    else:
        found = _examine_fresh(machine, board, parameters, levels, jobs)
    if solver is not None:
        found = rechecked(found, solver)
    status = status_of(found)
    _write(machine, found, status, json_file, queries)
    show(partial(validation_lines, found), err=json_file == STANDARD_OUTPUT)
    return status


def _examine_fresh(
    machine: Machine,
    board: Board | None,
    parameters: str | None,
    levels: Collection[Level],
    jobs: int,
) -> list[Examined]:
    variants = {None: (False, True), _CONSTANT: (False,), _RUNTIME: (True,)}[parameters]
    try:
        with fresh(machine, board, variants) as codes:
            return examine_all(codes, levels, jobs)
    except TooWide as error:
        raise Refused(
            f"{machine.path}:{error.place.line}: too wide for a target: {error}"
        ) from None


def _examine_mine(
    files: dict[str, Path], uf2: Path | None, expected: Expected, machine: Machine
) -> Iterator[Examined]:
    """The functions in files that a user names."""
    if path := files.get("c"):
        yield from examine_c(path, str(path), expected)
    if path := files.get("python"):
        yield from examine_python(path, str(path), expected)
    if path := files.get("mpy"):
        yield from examine_bytecode(content_of(path), path.stem, str(path), expected)
    if path := files.get("elf"):
        yield from examine_elf(path, names_of(machine), expected)
        if uf2 is not None:
            yield examine_uf2(uf2, path)


def _write(
    machine: Machine,
    found: list[Examined],
    status: Status,
    json_file: Path | None,
    queries: Path | None,
) -> None:
    files = {}
    if json_file is not None:
        files[json_file] = validation_json(machine, found, status)
    if queries is not None:
        files |= {queries / name: each.encode() for name, each in queries_of(found).items()}
    write(files, [] if queries is None else [queries])

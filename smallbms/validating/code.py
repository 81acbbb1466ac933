"""Code: where the code comes from that is validated: generated afresh, or lying in folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from codegen.boards.board import Board
from codegen.generation import STEP_TARGETS, targets_for
from codegen.options import Options
from codegen.wording import file_name
from smallbms.generated_folder import recorded_in, rendered
from smallbms.refusal import Refused
from smallbms.validating.expected import Expected
from smallbms.validating.folders import Code
from spec.lower import lower
from spec.machine import Machine
from verify.translation.routine import settings_of


@contextmanager
def fresh(
    machine: Machine, board: Board | None, variants: tuple[bool, ...]
) -> Iterator[list[Code]]:
    """The code of `machine` for every target, and for each of `variants` of its parameters.

    Targets with a board are those that serve `board`; without one there are none. Variants tell
    whether parameters are given at run time.

    Raises:
        codegen.widths.TooWide: A number of the machine does not fit into a target's.
    """
    with TemporaryDirectory(prefix="smallbms-") as made:
        codes = []
        for settable in variants if settings_of(lower(machine)) else (False,):
            for target in targets_for(board):
                # Firmware starts with the defaults: nobody gives it parameters.
                if settable and target not in STEP_TARGETS:
                    continue
                wanted = None if target in STEP_TARGETS else board
                options = Options(settable, target in STEP_TARGETS, board=wanted)
                shown = f"{target}, parameters at run time" if settable else target
                folder = Path(made) / shown
                folder.mkdir()
                for name, content in rendered(machine, target, options).items():
                    (folder / name).write_bytes(content)
                expected = Expected(machine, settable=settable, board=wanted)
                codes.append(Code(target, folder, shown, _name(folder, machine), expected))
        yield codes


def committed(root: Path, machine: Machine, board: Board | None) -> list[Code]:
    """The folders of generated code at `root` and in it.

    Raises:
        Refused: There is none, or one is not of this machine, or its manifest cannot be understood.
    """
    folders = (
        [root, *sorted(each for each in root.iterdir() if each.is_dir())] if root.is_dir() else []
    )
    codes = []
    for folder in folders:
        recorded = recorded_in(folder)
        if recorded is None:
            continue
        if recorded.spec != file_name(machine):
            raise Refused(f"{folder} holds the code of {recorded.spec}")
        wanted = None if recorded.target in STEP_TARGETS else board
        expected = Expected(machine, settable="settable" in recorded.asked, board=wanted)
        codes.append(Code(recorded.target, folder, str(folder), _name(folder, machine), expected))
    if not codes:
        told = f"{root} holds no generated code"
        raise Refused(told, f"smallbms generate -t c99 -o {root / 'c99'} writes some")
    return codes


def names_of(machine: Machine) -> tuple[str, str]:
    """What `machine` is called in code: the second where the first means something there."""
    return machine.name, f"{machine.name}_"


def _name(folder: Path, machine: Machine) -> str:
    """What `machine` is called in the names of the files in `folder`."""
    there = {each.stem for each in folder.iterdir()}
    return next((name for name in names_of(machine) if name in there), machine.name)

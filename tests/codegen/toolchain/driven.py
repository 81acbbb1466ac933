"""The generic C driver, `drivers/batch.c`, made for one machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.codegen.toolchain.compilers import Compiler, compile_object, compile_objects
from tests.codegen.toolchain.interface import Code, Interface, Member

DRIVERS = Path(__file__).parent / "drivers"


def compile_driven(
    compiler: Compiler,
    code: Code,
    folder: Path,
    *,
    optimisation: str,
    options: Sequence[str],
) -> list[Path]:
    """Object files of the driver and of every C file of `code`.

    Driver and step are apart, so that the step is the function that firmware calls.
    """
    sources = code.in_language(".c")
    within = sorted({f"-I{source.parent}" for source in sources})
    options = (*options, *within)
    driver = compile_object(
        compiler,
        DRIVERS / "batch.c",
        folder,
        optimisation=optimisation,
        options=(*options, *_definitions(code.interface)),
    )
    return [
        driver,
        *compile_objects(compiler, sources, folder, optimisation=optimisation, options=options),
    ]


def _definitions(interface: Interface) -> list[str]:
    return [
        f'-DBATCH_HEADER="{interface.name}.h"',
        f"-DBATCH_NAME={interface.name}",
        f"-DBATCH_INPUTS(each)={_each(interface.inputs)}",
        f"-DBATCH_STATE(each)={_each(interface.state)}",
        f"-DBATCH_OUTPUTS(each)={_each(interface.outputs)}",
        f"-DBATCH_PARAMETERS(each)={_each(interface.parameters)}",
        *(["-DBATCH_VARIANT"] if interface.parameters else []),
    ]


def _each(members: Sequence[Member]) -> str:
    return " ".join(f"each({member.name}, {member.ctype})" for member in members)

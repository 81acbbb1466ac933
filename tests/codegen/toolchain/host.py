"""Generated C as a program of this machine, which checks itself while it runs."""

from __future__ import annotations

from pathlib import Path

from tests.codegen.toolchain.compilers import Compiler, link
from tests.codegen.toolchain.driven import compile_driven
from tests.codegen.toolchain.interface import Batch, Code, Result
from tests.codegen.toolchain.programs import run


class Host:
    """A runner: one process a batch, so that a crash is a failure with a message."""

    def __init__(
        self,
        compiler: Compiler,
        code: Code,
        folder: Path,
        *,
        optimisation: str = "-O2",
        checked: bool = True,
    ) -> None:
        """Compile and link into `folder`; `checked` adds the compiler's sanitizers."""
        self.name = f"{compiler.name} {optimisation}"
        flags = compiler.checked if checked else ()
        objects = compile_driven(
            compiler,
            code,
            folder,
            optimisation=optimisation,
            options=(*flags, "-DBATCH_HOSTED"),
        )
        target = folder / f"{code.interface.name}-{compiler.name}{optimisation}"
        self._program = link(compiler, objects, target, options=flags)

    def run(self, batch: Batch) -> list[Result]:
        """Take every step.

        Raises:
            ProgramFailedError: The program stopped itself, and says why.
        """
        return batch.results(run([self._program], given=batch.as_bytes()).stdout)

"""Small functions, compiled, and stopped where they do what C does not define."""

from __future__ import annotations

import ctypes
from pathlib import Path

from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.programs import run
from tests.verify.translation.c.small import TYPES

# What the sanitizer calls where something is undefined: our own, which give up the function.
_HANDLERS = "".join(
    f"void __ubsan_handle_{each}(void) {{ longjmp(out_of_here, 1); }}\n"
    for each in (
        "add_overflow",
        "sub_overflow",
        "mul_overflow",
        "negate_overflow",
        "divrem_overflow",
        "shift_out_of_bounds",
    )
)
_CHECKED = "-fsanitize=signed-integer-overflow,shift,integer-divide-by-zero"
_FIELDS = {
    name: getattr(ctypes, f"c_{kind.removesuffix('_t')}") for name, (kind, _) in TYPES.items()
}


class _Inputs(ctypes.Structure):
    _fields_ = list(_FIELDS.items())


class _Outputs(ctypes.Structure):
    _fields_ = [("r", ctypes.c_int64), ("t", ctypes.c_int64)]


class Compiled:
    """The functions of a file, by two compilers.

    Clang's are stopped where they do what is not defined; gcc's sanitizer looks only at what its
    front end has left over.

    Args:
        text: Of the file.
        names: Of those of its functions that are to be run.
        folder: Where the libraries are made.
    """

    def __init__(self, text: str, names: list[str], folder: Path) -> None:
        table = ", ".join(names)
        source = (
            f"#include <setjmp.h>\nstatic jmp_buf out_of_here;\n{_HANDLERS}{text}\n"
            "typedef void small(const struct inputs *, struct outputs *);\n"
            f"static small *const all[] = {{{table}}};\n"
            "int run(int k, const struct inputs *in, struct outputs *out)\n{\n"
            "    if (setjmp(out_of_here)) {\n        return 1;\n    }\n"
            "    all[k](in, out);\n    return 0;\n}\n"
        )
        self._path = folder / "small.c"
        self._path.write_text(source, encoding="utf-8")
        self._checked = self._library(CLANG.program, "-O0", _CHECKED)
        self._plain = self._library(GCC.program, "-O1")

    def run(self, index: int, given: dict[str, int]) -> tuple[int, int] | None:
        """What the function leaves in `r` and `t`; None where it does what is not defined."""
        inputs, outputs, others = _Inputs(**given), _Outputs(), _Outputs()
        if self._checked.run(index, ctypes.byref(inputs), ctypes.byref(outputs)):
            return None
        self._plain.run(index, ctypes.byref(inputs), ctypes.byref(others))
        # What is defined is the same for all.
        assert (outputs.r, outputs.t) == (others.r, others.t), (index, given)
        return outputs.r, outputs.t

    def _library(self, compiler: str, *options: str) -> ctypes.CDLL:
        made = self._path.with_name(f"{compiler}.o")
        library = made.with_suffix(".so")
        run([compiler, "-std=c99", "-w", "-fPIC", *options, "-c", self._path, "-o", made])
        # The sanitizer's own library is not linked.
        run([GCC.program, "-shared", made, "-o", library])
        return ctypes.CDLL(str(library))

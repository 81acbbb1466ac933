"""Every compiler accepts what is clean and names what is not."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from tests.codegen.toolchain.compilers import (
    ARM,
    CLANG,
    GCC,
    HOSTS,
    Compiler,
    compile_object,
    link_bare,
    link_shared,
)
from tests.codegen.toolchain.driven import DRIVERS
from tests.codegen.toolchain.programs import ProgramFailedError, ProgramMissingError
from tests.codegen.toolchain.sampled import LAMP

(SOURCE,) = LAMP.in_language(".c")
COPYING = """
struct whole { int part[64]; };
void copy(struct whole *to, const struct whole *from);
void copy(struct whole *to, const struct whole *from) { *to = *from; }
"""


@pytest.mark.parametrize("optimisation", ["-O0", "-O1", "-O2", "-O3", "-Os"])
@pytest.mark.parametrize("compiler", [GCC, CLANG, ARM], ids=lambda each: each.name)
def test_clean_code_is_accepted(compiler: Compiler, optimisation: str, tmp_path: Path) -> None:
    compiled = compile_object(compiler, SOURCE, tmp_path, optimisation=optimisation)
    assert compiled.read_bytes().startswith(b"\x7fELF")


@pytest.mark.parametrize("compiler", [GCC, CLANG, ARM], ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("unsigned char f(int x) { return x; }", "conversion"),
        ("unsigned f(int x) { return x; }", "sign-conversion"),
        ("int f(int x) { { int x = 1; } return x; }", "shadow"),
        ("int f(int x) { return ({ x; }); }", ""),
        (
            "enum e { A, B }; int f(enum e x) { switch (x) { case A: default: return 1; } }",
            "switch",
        ),
    ],
)
def test_a_warning_is_a_failure_that_names_it(
    compiler: Compiler, line: str, warning: str, tmp_path: Path
) -> None:
    source = tmp_path / "faulty.c"
    source.write_text(line, encoding="utf-8")
    with pytest.raises(ProgramFailedError, match=rf"faulty\.c:1:.*{warning}"):
        compile_object(compiler, source, tmp_path)


def test_a_missing_compiler_says_what_installs_it(tmp_path: Path) -> None:
    with pytest.raises(ProgramMissingError, match=r"no-such-compiler.*make test"):
        compile_object(Compiler("none", "no-such-compiler"), SOURCE, tmp_path)


@pytest.mark.parametrize("compiler", HOSTS, ids=lambda each: each.name)
def test_a_shared_library_can_be_called(compiler: Compiler, tmp_path: Path) -> None:
    compiled = compile_object(compiler, SOURCE, tmp_path, options=("-fPIC",))
    library = ctypes.CDLL(str(link_shared(compiler, [compiled], tmp_path / "lamp.so")))
    state = (ctypes.c_uint32 * 2)(7, 7)
    library.lamp_init(ctypes.byref(state))
    assert state[1] == 0


def test_bare_code_that_needs_a_c_library_does_not_link(tmp_path: Path) -> None:
    source = tmp_path / "copying.c"
    source.write_text(COPYING, encoding="utf-8")
    compiled = compile_object(ARM, source, tmp_path)
    with pytest.raises(ProgramFailedError, match="memcpy"):
        link_bare([compiled], tmp_path / "copying.elf", DRIVERS / "thumb.ld", "copy")

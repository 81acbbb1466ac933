"""Every runner there is, for what is compared on all of them."""

from __future__ import annotations

from pathlib import Path

from tests.codegen.toolchain.compilers import HOSTS
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Code, Runner
from tests.codegen.toolchain.micropython import Unix, WebAssembly
from tests.codegen.toolchain.thumb import Thumb

HOST_OPTIMISATIONS = ("-O0", "-O2")
THUMB_OPTIMISATIONS = ("-Os", "-O2")


def c_runners(code: Code, folder: Path) -> list[Runner]:
    """The C files of `code` on this machine and on the Pico's processor, built in `folder`."""
    hosts = [
        Host(compiler, code, folder, optimisation=optimisation)
        for compiler in HOSTS
        for optimisation in HOST_OPTIMISATIONS
    ]
    return [*hosts, *(Thumb(code, folder, optimisation=each) for each in THUMB_OPTIMISATIONS)]


def python_runners(code: Code, folder: Path, *, locked: bool = True) -> list[Runner]:
    """The Python files of `code` on three interpreters; `locked` as in `Unix`."""
    return [
        CPython(code),
        Unix(code, folder / "unix", locked=locked),
        WebAssembly(code, folder / "webassembly", locked=locked),
    ]


def all_runners(code: Code, folder: Path) -> list[Runner]:
    """All of them; whatever they build lies in `folder`."""
    return [*c_runners(code, folder), *python_runners(code, folder)]

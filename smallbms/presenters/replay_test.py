"""A counterexample as a pytest file: it runs again wherever this toolkit is installed.

The file carries the run itself and needs nothing but the specification and `spec`; how it is laid
out stands in the templates beside this module.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from string import Template

from spec.language.reader import shipped
from spec.machine import Always, Independent, Requirement
from spec.trace import Trace
from verify.verdict import PropertyResult

_FOLDER = Path(__file__).parent / "replay"
# What the usual formatters leave on one line.
_LONGEST = 88

_REPLAY = "from spec.reference import replay"
_READ = "from spec.language.reader import read"
_READ_SHIPPED = "from spec.language.reader import read, shipped"
_ANY_STATE = "from spec.execution import execute\n{read}\nfrom spec.lower import lower"


def replay_test(
    requirement: Requirement,
    result: PropertyResult,
    trace: Trace,
    other: Trace | None,
    directory: Path,
) -> bytes:
    """The text of a test that lies in `directory` and replays `trace`.

    Args:
        requirement: What is violated.
        result: The property of it.
        trace: The run that violates it.
        other: The second run, where two are compared.
        directory: Where the file will lie: it finds the specification from there.
    """
    path = Path(trace.machine.path).resolve()
    is_shipped = path == shipped().resolve()
    relative = Path(os.path.relpath(path, directory.resolve())).as_posix()
    imports = [_READ_SHIPPED if is_shipped else _READ, _REPLAY]
    if trace.start:
        imports = [_ANY_STATE.format(read=imports[0])]
    if not is_shipped:
        imports.insert(0, "from pathlib import Path\n")
    runs = [f"RUN = (\n{_run(trace)}\n)"]
    if other is not None:
        runs.append(f"OTHER_RUN = (\n{_run(other)}\n)")
    if trace.start:
        runs.append(f"MEMORY = {{\n{_entries(trace.start)}\n}}")
    values = {
        "id": requirement.id,
        "sentence": _in_docstring(requirement.sentence),
        "property": _in_docstring(" ".join(result.text.split())),
        "line": str(result.declared.place.line),
        "spec": _in_docstring(path.name),
        "imports": "\n".join(imports),
        "specification": "shipped()"
        if is_shipped
        else f"Path(__file__).parent / {json.dumps(relative)}",
        "parameters": _entries(trace.parameters),
        "runs": "\n".join(runs),
        "number": str(result.index + 1),
        "index": str(result.index),
        "output": result.declared.output if isinstance(result.declared, Independent) else "",
        "modes": _entries(trace.steps[-1].modes, indent=8),
        "outputs": _entries(trace.steps[-1].outputs, indent=8),
    }
    text = "".join(
        Template((_FOLDER / name).read_text(encoding="utf-8")).substitute(values)
        for name in ("head.template", _body(result, trace, other))
    )
    return text.encode("utf-8", errors="backslashreplace")


def _body(result: PropertyResult, trace: Trace, other: Trace | None) -> str:
    if trace.start:
        return "any_state.template"
    if other is not None and isinstance(result.declared, Independent):
        return "independent.template"
    return "always.template" if isinstance(result.declared, Always) else "recorded.template"


def _run(trace: Trace) -> str:
    """The inputs of `trace` as entries: for how many steps, and what has changed."""
    counted: list[tuple[int, Mapping[str, int]]] = []
    previous: Mapping[str, int] | None = None
    for inputs in (step.inputs for step in trace.steps):
        if previous is not None and inputs == previous:
            steps, change = counted.pop()
            counted.append((steps + 1, change))
        else:
            counted.append((1, _changes(previous or {}, inputs)))
        previous = inputs
    return "\n".join(_entry(steps, change) for steps, change in counted)


def _changes(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in now.items() if before.get(name) != value}


def _entry(steps: int, change: Mapping[str, int]) -> str:
    listed = ", ".join(f'"{name}": {int(value)}' for name, value in change.items())
    line = f"    ({steps}, {{{listed}}}),"
    if len(line) <= _LONGEST:
        return line
    return (
        f"    (\n        {steps},\n        {{\n{_entries(change, indent=12)}\n        }},\n    ),"
    )


def _entries(values: Mapping[str, int], indent: int = 4) -> str:
    return "\n".join(f'{" " * indent}"{name}": {int(value)},' for name, value in values.items())


def _in_docstring(text: str) -> str:
    """`text` as it may stand inside a docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')

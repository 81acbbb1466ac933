"""A run shown to a monitor: what the controller that was generated does under the run's inputs."""

from __future__ import annotations

from collections.abc import Mapping

from spec.trace import Trace
from tests.codegen.machines import Written
from tests.codegen.monitors.alone import Alone
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.interface import Batch, Result, Row, Start


def verdicts_along(trace: Trace, controller: Written, alone: Alone) -> list[dict[str, int]]:
    """For each step of `trace` what the monitor finds of each requirement."""
    program = controller.program
    given = [[step.inputs[each.name] for each in program.inputs] for step in trace.steps]
    own = tuple(trace.parameters[each.name] for each in program.settings)
    begun = tuple(trace.start.get(each.name, each.initial) for each in program.memory)
    starts = [Start.GIVEN if trace.start else Start.INIT] + [Start.GO_ON] * (len(given) - 1)
    rows = [
        Row(tuple(values), start, begun if start is Start.GIVEN else (), own)
        for values, start in zip(given, starts, strict=True)
    ]
    interface = controller.code.interface
    done = CPython(controller.code).run(Batch.of(interface, rows))
    judged = tuple(trace.parameters[each.name] for each in alone.settings)
    shown = [
        Row(_shown(controller, alone, row, result), start, (), judged)
        for row, result, start in zip(
            rows, done, [Start.INIT] + [Start.GO_ON] * (len(rows) - 1), strict=True
        )
    ]
    found = CPython(alone.code).run(Batch.of(alone.code.interface, shown))
    return [dict(zip((*alone.requirements, "all"), each.outputs, strict=True)) for each in found]


def _shown(controller: Written, alone: Alone, row: Row, result: Result) -> tuple[int, ...]:
    """What the monitor sees of a step."""
    program = controller.program
    seen: Mapping[str, int] = {
        **dict(zip((each.name for each in program.inputs), row.inputs, strict=True)),
        **dict(zip((each.name for each in program.machine.outputs), result.outputs, strict=True)),
        # A member stands in where there is no memory.
        **dict(zip((each.name for each in program.memory), result.state, strict=False)),
    }
    return tuple(seen[name] for name in alone.inputs)

"""Statements: what one step works out, stores and drives, in order."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.layout import Atom, Binding, chain
from codegen.program import Count, Decide, Define, Recall, Statement
from codegen.views import (
    AssignmentView,
    BranchView,
    CountView,
    DecideView,
    DefineView,
    RecallView,
    StatementView,
)
from codegen.wording import (
    sentence,
    time_said,
    written,
)
from codegen.writer import Writer
from spec.draft import DT
from spec.machine import Output
from spec.system import StateVariable
from spec.term import TRUE, Term


def statements(writer: Writer) -> tuple[StatementView, ...]:
    """What is worked out, in order."""
    return tuple(_statement(writer, each) for each in writer.program.statements)


def _statement(writer: Writer, statement: Statement) -> StatementView:
    local = statement.local
    name = writer.names.locals[local.variable.name]
    match statement:
        case Recall(region=region, memory=memory):
            members = writer.names.members[region.name]
            illegal = writer.test(writer.outside(name, members[0], members[-1]), first=True)
            return RecallView(name, writer.memory(memory), illegal, members[region.safe])
        case Count(timer=timer, running=running):
            test = "" if running is None else writer.test(
                writer.printer.condition(running), first=True
            )  # fmt: skip
            level = 1 if running is None else 2
            counter = name if running is not None else writer.counter(name)
            sum_ = chain(Binding.SUM, "+", Atom(writer.memory(timer)), Atom(writer.read(DT)))
            beyond = writer.outside(
                name, writer.value(timer.span.lowest), writer.names.most[timer.name]
            )
            return CountView(
                comment=sentence(time_said(timer), "This step is included"),
                name=name,
                memory=writer.memory(timer),
                by=writer.read(DT),
                running=test,
                counted=writer.assignment(counter, sum_, level=level),
                full=writer.test(beyond, first=True, level=level),
                stopped=writer.assignment(
                    name, Atom(writer.names.most[timer.name]), level=level + 1
                ),
                may_wrap=writer.may_wrap(timer),
            )
        case Define(value=value, declared=declared):
            return DefineView(
                written(writer.program.machine, declared.place.line, declared.serves),
                writer.definition(local, writer.worked_out(value, local.kin)),
            )
        case Decide(before=before, region=region, stays=stays):
            return DecideView(
                comment=sentence(f"Region {region.name}", region.text),
                name=name,
                before=writer.names.locals[before.name] if stays else "",
                branches=tuple(_branches(writer, statement)),
                stays=stays,
            )


def _branches(writer: Writer, decide: Decide) -> Iterator[BranchView]:
    for k, branch in enumerate(decide.branches):
        edge = branch.transition
        last = branch.condition is TRUE
        if last:
            test = writer.otherwise() if k else ""
        else:
            test = writer.test(writer.printer.condition(branch.condition), first=not k)
        yield BranchView(
            written(writer.program.machine, edge.place.line, edge.serves),
            test,
            writer.names.members[decide.region.name][branch.target],
        )


def stores(writer: Writer) -> tuple[AssignmentView, ...]:
    """What the memory holds after the step."""
    return tuple(_store(writer, each.cell, each.value) for each in writer.program.stores)


def _store(writer: Writer, cell: StateVariable, value: Term) -> AssignmentView:
    piece = writer.kept(value, writer.named_values(cell))
    type_ = writer.storage(cell.type, cell.span, narrow=True)
    cast = writer.cast(cell) or writer.conversion(type_, piece)
    return AssignmentView("", writer.assignment(writer.memory(cell), piece, cast=cast))


def drives(writer: Writer) -> tuple[AssignmentView, ...]:
    """What the outputs show after the step."""
    return tuple(_drive(writer, each.output, each.value) for each in writer.program.drives)


def _drive(writer: Writer, output: Output, value: Term) -> AssignmentView:
    piece = writer.kept(value, writer.names.members.get(output.name, ()))
    cast = writer.conversion(writer.storage(output.type, output.span, narrow=False), piece)
    comment = written(writer.program.machine, output.place.line, output.serves)
    return AssignmentView(comment, writer.assignment(writer.output(output.name), piece, cast=cast))


def check(writer: Writer) -> str:
    """The statement that returns whether the settings are legal."""
    return writer.returned(writer.printer.condition(writer.program.legal))

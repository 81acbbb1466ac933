"""Statements: what one step works out, stores and drives, in order."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.layout import Atom, Binding, chain
from codegen.program import (
    Claim,
    Count,
    Decide,
    Decision,
    Define,
    Drive,
    Fork,
    Item,
    Leaf,
    Recall,
    Statement,
    Store,
)
from codegen.views import (
    CountView,
    DecideView,
    DefineView,
    DriveView,
    EndView,
    ForkView,
    ItemView,
    LeafView,
    RecallView,
    StoreView,
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
from spec.term import Choose, Number, Term, is_boolean


def paragraphs(writer: Writer) -> tuple[tuple[ItemView, ...], ...]:
    """What is done, in order; blank lines belong between paragraphs."""
    return tuple(
        tuple(_item(writer, each) for each in paragraph) for paragraph in writer.program.paragraphs
    )


def _item(writer: Writer, item: Item) -> ItemView:
    match item:
        case Store(cell=cell, value=value):
            return _store(writer, cell, value)
        case Drive(output=output, value=value):
            return _drive(writer, output, value)
        case Claim(local=local, requirement=requirement, value=value):
            said = writer.program.machine.statement(item.property.place)
            return DefineView(
                f"{requirement.id}: {said}",
                writer.definition(local, writer.worked_out(value, "")),
            )
        case _:
            return _statement(writer, item)


def _statement(writer: Writer, statement: Statement) -> ItemView:
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
                written(writer.program.machine, declared.place, declared.serves),
                writer.definition(local, writer.worked_out(value, local.kin)),
            )
        case Decide(before=before, region=region, stays=stays):
            return DecideView(
                comment=sentence(f"Region {region.name}", region.text),
                name=name,
                before=writer.names.locals[before.name] if stays else "",
                lines=tuple(_lines(writer, statement)),
            )


def _lines(writer: Writer, decide: Decide) -> Iterator[ForkView | LeafView | EndView]:
    """The decision, line after line."""
    members = writer.names.members[decide.region.name]

    def of(decision: Decision, level: int) -> Iterator[ForkView | LeafView | EndView]:
        if isinstance(decision, Leaf):
            comments = (
                written(writer.program.machine, each.place, each.serves)
                for each in decision.transitions
            )
            target = "" if decision.target is None else members[decision.target]
            yield LeafView(level, 4 * level, tuple(comments), target)
            return
        first = True
        while isinstance(decision, Fork):
            asked = writer.printer.condition(decision.condition)
            yield ForkView(level, writer.test(asked, first=first, level=level))
            yield from of(decision.then, level + 1)
            decision, first = decision.otherwise, False
        yield ForkView(level, writer.otherwise())
        yield from of(decision, level + 1)
        yield EndView(level)

    return of(decide.decision, 1)


def _store(writer: Writer, cell: StateVariable, value: Term) -> StoreView:
    piece = writer.kept(value, writer.named_values(cell))
    type_ = writer.storage(cell.type, cell.span, narrow=True)
    cast = writer.cast(cell) or writer.conversion(type_, piece)
    return StoreView(writer.assignment(writer.memory(cell), piece, cast=cast))


def _drive(writer: Writer, output: Output, value: Term) -> DriveView:
    comment = written(writer.program.machine, output.place, output.serves)
    members = writer.names.members.get(output.name, ())
    target = writer.output(output.name)
    if is_boolean(value):
        value = Choose(value, Number(1), Number(0))
    match value:
        case Choose(condition=condition, then=Number(), otherwise=Number()) if (
            writer.sets_defaults_first
        ):
            return DriveView(
                comment,
                writer.assignment(target, writer.kept(value.otherwise, members)),
                writer.test(writer.printer.condition(condition), first=True),
                writer.assignment(target, writer.kept(value.then, members), level=2),
            )
    piece = writer.kept(value, members)
    cast = writer.conversion(writer.storage(output.type, output.span, narrow=False), piece)
    return DriveView(comment, writer.assignment(target, piece, cast=cast))


def check(writer: Writer) -> str:
    """The statement that returns whether the settings are legal."""
    return writer.returned(writer.printer.condition(writer.program.legal))

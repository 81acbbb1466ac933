"""Checker: from syntax to `Machine`, every error of the text in one run.

Declarations are read in the order in which later ones need earlier ones (time, signals,
parameters, regions, definitions, the rest), whatever their order in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from spec.expression import (
    BOOLEAN,
    Enumeration,
    Expression,
    Kind,
    Literal,
    Operation,
    Operator,
    Quantity,
    ValueType,
)
from spec.language import syntax
from spec.language.amounts import multiples, read
from spec.language.errors import Code, Diagnostic, Severity, did_you_mean
from spec.language.resolver import FUNCTIONS, STEP_TIME, Resolver, Scope, Where
from spec.machine import (
    Always,
    Assumption,
    Definition,
    Every,
    FromAnyState,
    Independent,
    Input,
    Machine,
    Mode,
    Output,
    Parameter,
    Property,
    Reachable,
    Region,
    Requirement,
    Source,
    Span,
    Subject,
    TimeModel,
    Transition,
)
from spec.place import NOWHERE, Place
from spec.units import Dimension, common_resolution

_RESERVED = {
    *FUNCTIONS,
    STEP_TIME,
    *"and or not implies iff since is in when else true false any otherwise always for by".split(),
}
_GRADE = re.compile(r"[SABCF]|D[0-9]+")
_NO_TIME = TimeModel(
    Quantity(Dimension.TIME, Fraction(1, 1000)),
    Span(1, 1),
    Fraction(0),
    Quantity(Dimension.TIME, Fraction(1, 1000)),
    Span(0, 0),
    None,
    (),
)
_ALWAYS = Literal(1, BOOLEAN, NOWHERE)


def check(
    blocks: tuple[syntax.Block, ...], path: str, text: str
) -> tuple[Machine | None, list[Diagnostic]]:
    """The machine that `blocks` declare, or None, and everything there is to say about them."""
    checker = _Checker(blocks)
    machine = checker.machine(path, text)
    broken = any(each.severity is Severity.ERROR for each in checker.diagnostics)
    return None if broken else machine, checker.diagnostics


class _Checker:
    def __init__(self, blocks: tuple[syntax.Block, ...]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._blocks = blocks
        self._scope = Scope(_NO_TIME, self._report)
        self._scope.resolve_definition = self._definition
        self._places: dict[str, Place] = {}
        self._written: dict[str, syntax.Definition] = {}
        self._in_progress: list[str] = []
        self._broken: set[str] = set()

    def _report(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def _error(self, code: Code, place: Place, message: str, way_out: str = "") -> None:
        self._report(Diagnostic(code, place, message, way_out))

    def _items(self, keyword: str) -> list[syntax.Item]:
        return [
            item for block in self._blocks if block.keyword.text == keyword for item in block.items
        ]

    def machine(self, path: str, text: str) -> Machine | None:
        header = self._header()
        self._scope.time = self._time()
        inputs = tuple(filter(None, map(self._input, self._items("inputs"))))
        output_types = [self._output_type(item) for item in self._items("outputs")]
        parameters = tuple(filter(None, map(self._parameter, self._items("parameters"))))
        regions_written = self._items("region")
        for item in regions_written:
            self._declare_region(item)
        for item in self._items("define"):
            self._declare_definition(item)
        definitions = tuple(filter(None, (self._definition(name) for name in self._written)))
        assumptions = tuple(filter(None, map(self._assumption, self._items("assume"))))
        regions = tuple(filter(None, map(self._region, regions_written)))
        outputs = tuple(filter(None, map(self._output, self._items("outputs"), output_types)))
        requirements = self._requirements()
        self._check_served()
        self._warn_unused()
        if header is None:
            return None
        return Machine(
            header.name.text,
            header.text,
            self._scope.time,
            inputs,
            parameters,
            definitions,
            assumptions,
            regions,
            outputs,
            requirements,
            path,
            text,
        )

    # Names

    def _declare(self, word: syntax.Word, kind: Kind, type_: ValueType, span: Span) -> bool:
        if not self._free(word):
            return False
        self._scope.kinds[word.text] = (kind, type_)
        self._scope.spans[word.text] = span
        return True

    def _free(self, word: syntax.Word) -> bool:
        if word.text in _RESERVED:
            self._error(
                Code.RESERVED,
                word.place,
                f"'{word.text}' is a word of the language",
                "choose another name",
            )
            return False
        if word.text in self._places:
            self._error(
                Code.DUPLICATE,
                word.place,
                f"'{word.text}' is declared already, in line {self._places[word.text].line}",
                "choose another name",
            )
            return False
        self._places[word.text] = word.place
        return True

    def _distinct(self, words: Iterable[syntax.Word]) -> tuple[str, ...]:
        names: list[str] = []
        for word in words:
            if word.text in names:
                self._error(Code.DUPLICATE, word.place, f"'{word.text}' stands here twice")
            else:
                names.append(word.text)
        return tuple(names)

    def _sources(self, sources: tuple[syntax.Source, ...]) -> tuple[Source, ...]:
        for source in sources:
            if not _GRADE.fullmatch(source.grade.text):
                self._error(
                    Code.BAD_SOURCE,
                    source.grade.place,
                    f"'{source.grade.text}' is no evidence grade and no decision",
                    "write S, A, B, C or F, or the id of a decision such as D11",
                )
        return tuple(Source(each.grade.text, each.passage, each.read_as) for each in sources)

    # Declarations

    def _header(self) -> syntax.Header | None:
        headers = [item for item in self._items("machine") if isinstance(item, syntax.Header)]
        for extra in headers[1:]:
            self._error(Code.DUPLICATE, extra.name.place, "a text declares one machine")
        if not headers:
            self._error(
                Code.MISSING_BLOCK, NOWHERE, "no machine is declared", 'write: machine name "title"'
            )
            return None
        return headers[0]

    def _time(self) -> TimeModel:
        settings: dict[str, syntax.Setting] = {}
        for item in self._items("time"):
            assert isinstance(item, syntax.Setting)
            if item.keyword in settings:
                self._error(Code.DUPLICATE, item.place, f"'{item.keyword}' is set twice")
            settings[item.keyword] = item
        if "step" not in settings:
            self._error(
                Code.MISSING_BLOCK,
                next((b.keyword.place for b in self._blocks if b.keyword.text == "time"), NOWHERE),
                "the time between two steps is not declared",
                "write, under 'time': step 1 ms .. 500 ms",
            )
            return _NO_TIME
        lowest, highest, by = (
            self._number(amount, Dimension.TIME) if amount else None
            for amount in settings["step"].amounts
        )
        if lowest is None or highest is None:
            return _NO_TIME
        resolution = by if by else common_resolution(lowest or highest, highest or Fraction(1))
        place = settings["step"].place
        if resolution <= 0 or lowest <= 0:
            self._error(
                Code.OUT_OF_RANGE,
                place,
                "two steps are never at the same time",
                "the shortest step is at least one tick long",
            )
            return _NO_TIME
        tick = Quantity(Dimension.TIME, resolution)
        step = self._span(settings["step"].amounts[0], settings["step"].amounts[1], tick)
        tolerance = Fraction(0)
        if "tolerance" in settings:
            amount = settings["tolerance"].amounts[0]
            assert amount is not None
            tolerance = self._number(amount, Dimension.RATIO) or Fraction(0)
            if not 0 <= tolerance < 1:
                self._error(
                    Code.OUT_OF_RANGE, amount.place, "a tolerance lies between 0 % and 100 %"
                )
                tolerance = Fraction(0)
        fine = Quantity(Dimension.TIME, resolution / tolerance.denominator)
        latency = Span(0, 0)
        if "latency" in settings:
            amounts = settings["latency"].amounts
            latency = self._span(amounts[0], amounts[1], fine)
            if latency.lowest < 0:
                self._error(
                    Code.OUT_OF_RANGE, settings["latency"].place, "no output acts before its step"
                )
        saturation = None
        if "saturation" in settings:
            amount = settings["saturation"].amounts[0]
            assert amount is not None
            saturation = self._count(amount, tick)
        self._scope.note_resolution(tick)
        self._scope.spans[STEP_TIME] = Span(0, step.highest)
        sources = tuple(
            source for item in settings.values() for source in self._sources(item.sources)
        )
        return TimeModel(tick, step, tolerance, fine, latency, saturation, sources)

    def _number(self, amount: syntax.Amount, dimension: Dimension) -> Fraction | None:
        value = read(amount)
        if isinstance(value, Diagnostic):
            self._report(value)
            return None
        if value.dimension is not dimension:
            self._error(
                Code.UNIT_MISMATCH,
                amount.place,
                f"this is a {value.dimension.value}, a {dimension.value} is needed",
            )
            return None
        return value.number

    def _count(self, amount: syntax.Amount, type_: Quantity) -> int | None:
        value = read(amount)
        result = value if isinstance(value, Diagnostic) else multiples(value, type_, amount.place)
        if isinstance(result, Diagnostic):
            self._report(result)
            return None
        return result

    def _span(self, low: syntax.Amount | None, high: syntax.Amount | None, type_: Quantity) -> Span:
        if low is None or high is None:
            return Span(0, 0)
        lowest, highest = self._count(low, type_), self._count(high, type_)
        if lowest is None or highest is None:
            return Span(0, 0)
        if lowest > highest:
            self._error(
                Code.UPSIDE_DOWN,
                low.place,
                f"the range is upside down: {type_.show(lowest)} is more than "
                f"{type_.show(highest)}",
                "write the lower limit first",
            )
            return Span(highest, lowest)
        return Span(lowest, highest)

    def _type(self, type_: syntax.Type, place: Place) -> tuple[ValueType, Span] | None:
        match type_:
            case syntax.BooleanType():
                return BOOLEAN, Span(0, 1)
            case syntax.EnumerationType(members=members):
                names = self._distinct(members)
                return Enumeration(names), Span(0, len(names) - 1)
            case syntax.RangeType(lowest=low, highest=high, resolution=by):
                value = read(by or high)
                if isinstance(value, Diagnostic):
                    self._report(value)
                    return None
                if by is None and value.dimension is not Dimension.COUNT:
                    self._error(
                        Code.TOO_FINE,
                        high.place,
                        "how fine this quantity is measured is not declared",
                        "write its resolution, e.g. 'by 1 mV'",
                    )
                    return None
                resolution = value.number if by else Fraction(1)
                if resolution <= 0:
                    self._error(Code.OUT_OF_RANGE, place, "a resolution is more than 0")
                    return None
                quantity = Quantity(value.dimension, resolution)
                span = self._span(low, high, quantity)
                self._scope.note_resolution(quantity)
                return quantity, span

    def _input(self, item: syntax.Item) -> Input | None:
        assert isinstance(item, syntax.Input)
        sources = self._sources(item.sources)
        found = self._type(item.type, item.name.place)
        if found is None:
            self._broken.add(item.name.text)
            return None
        if not self._declare(item.name, Kind.INPUT, *found):
            return None
        return Input(item.name.text, *found, item.text, sources, item.name.place)

    def _output_type(self, item: syntax.Item) -> tuple[ValueType, Span] | None:
        assert isinstance(item, syntax.Output)
        found = self._type(item.type, item.name.place)
        if found is None:
            self._broken.add(item.name.text)
        elif not self._declare(item.name, Kind.OUTPUT, *found):
            return None
        return found

    def _parameter(self, item: syntax.Item) -> Parameter | None:
        assert isinstance(item, syntax.Parameter)
        sources = self._sources(item.sources)
        type_ = self._parameter_type(item)
        default = self._count(item.default, type_) if type_ else None
        if type_ is None or default is None:
            self._broken.add(item.name.text)
            return None
        span = Span(default, default)
        if item.lowest is not None:
            span = self._span(item.lowest, item.highest, type_)
            if not span.lowest <= default <= span.highest:
                self._error(
                    Code.OUT_OF_RANGE,
                    item.default.place,
                    f"the default {type_.show(default)} lies outside its range, "
                    f"{type_.show(span.lowest)} .. {type_.show(span.highest)}",
                )
        if not self._declare(item.name, Kind.PARAMETER, type_, span):
            return None
        return Parameter(item.name.text, type_, default, span, item.text, sources, item.name.place)

    def _parameter_type(self, item: syntax.Parameter) -> Quantity | None:
        amounts = [each for each in (item.default, item.lowest, item.highest) if each]
        values = [read(each) for each in ([item.resolution] if item.resolution else amounts)]
        faults = [each for each in values if isinstance(each, Diagnostic)]
        for fault in faults:
            self._report(fault)
        if faults:
            return None
        good = [each for each in values if not isinstance(each, Diagnostic)]
        dimension = good[0].dimension
        if item.resolution:
            if good[0].number <= 0:
                self._error(Code.OUT_OF_RANGE, item.resolution.place, "a resolution is more than 0")
                return None
            return Quantity(dimension, good[0].number)
        known = self._scope.resolutions.get(dimension)
        if known is not None:
            return known
        resolution = good[0].written
        for value in good[1:]:
            resolution = common_resolution(resolution, value.written)
        return Quantity(dimension, resolution)

    def _declare_definition(self, item: syntax.Item) -> None:
        assert isinstance(item, syntax.Definition)
        if self._free(item.name):
            self._written[item.name.text] = item

    def _definition(self, name: str) -> Definition | None:
        """The definition `name`, resolved on first use; None if there is none or it is broken."""
        if name in self._scope.definitions:
            return self._scope.definitions[name]
        written = self._written.get(name)
        if written is None or name in self._broken:
            return None
        if name in self._in_progress:
            around = [*self._in_progress[self._in_progress.index(name) :], name]
            self._error(
                Code.CYCLE,
                written.name.place,
                f"'{name}' is defined by itself: {' -> '.join(around)}",
            )
            self._broken.update(around)
            return None
        self._in_progress.append(name)
        expression = Resolver(self._scope, Where.DEFINITION).anything(written.expression)
        self._in_progress.pop()
        if expression is None or name in self._broken:
            self._broken.add(name)
            return None
        definition = Definition(
            name,
            expression,
            written.text,
            tuple(word.text for word in written.serves),
            written.name.place,
        )
        self._scope.definitions[name] = definition
        return definition

    def _assumption(self, item: syntax.Item) -> Assumption | None:
        assert isinstance(item, syntax.Assumption)
        sources = self._sources(item.sources)
        expression = Resolver(self._scope, Where.ASSUMPTION).boolean(item.expression)
        if expression is None:
            return None
        return Assumption(expression, item.text, sources, item.place)

    # Regions

    def _declare_region(self, item: syntax.Item) -> None:
        assert isinstance(item, syntax.Region)
        modes = self._distinct(mode.name for mode in item.modes)
        if not modes:
            self._error(
                Code.MISSING_BLOCK, item.name.place, f"region '{item.name.text}' has no mode"
            )
        for trait, code in (("initial", Code.INITIAL_MODE), ("safe", Code.SAFE_MODE)):
            marked = [word for mode in item.modes for word in mode.traits if word.text == trait]
            if modes and not marked:
                self._error(
                    code,
                    item.name.place,
                    f"region '{item.name.text}' has no {trait} mode",
                    "the safe mode is where illegal state memory leads"
                    if trait == "safe"
                    else "write 'initial' behind the mode it starts in",
                )
            for extra in marked[1:]:
                self._error(code, extra.place, f"a region has one {trait} mode")
        self._declare(item.name, Kind.MODE, Enumeration(modes), Span(0, len(modes) - 1))

    def _region(self, item: syntax.Item) -> Region | None:
        assert isinstance(item, syntax.Region)
        names = tuple(mode.name.text for mode in item.modes)
        modes = tuple(
            Mode(
                mode.name.text,
                any(word.text == "initial" for word in mode.traits),
                any(word.text == "safe" for word in mode.traits),
                mode.text,
                mode.name.place,
            )
            for mode in item.modes
        )
        resolver = Resolver(self._scope, Where.GUARD, item.name.text)
        transitions: list[Transition] = []
        for edge in item.transitions:
            for word in (*edge.origins, edge.target):
                if word.text not in names:
                    self._error(
                        Code.NO_SUCH_MODE,
                        word.place,
                        f"region '{item.name.text}' has no mode '{word.text}'",
                        did_you_mean(word.text, names),
                    )
            guard: Expression | None = _ALWAYS
            if edge.guard is not None:
                guard = resolver.boolean(edge.guard)
            if guard is None:
                continue
            from_any = not edge.origins
            origins = (
                tuple(name for name in names if name != edge.target.text)
                if from_any
                else self._distinct(edge.origins)
            )
            transitions.append(
                Transition(
                    origins,
                    edge.target.text,
                    guard,
                    from_any,
                    edge.otherwise,
                    tuple(word.text for word in edge.serves),
                    edge.place,
                )
            )
        return Region(item.name.text, modes, tuple(transitions), item.text, item.name.place)

    def _output(self, item: syntax.Item, found: tuple[ValueType, Span] | None) -> Output | None:
        assert isinstance(item, syntax.Output)
        if found is None:
            return None
        type_, span = found
        expression = Resolver(self._scope, Where.OUTPUT).value(item.expression, type_)
        if expression is None:
            return None
        values = self._scope.span(expression)
        if values.lowest < span.lowest or values.highest > span.highest:
            self._error(
                Code.OUT_OF_RANGE,
                item.expression.place,
                f"this may be {type_.show(values.lowest)} .. {type_.show(values.highest)}, "
                f"outside the output's range",
            )
        serves = tuple(word.text for word in item.serves)
        return Output(item.name.text, type_, span, expression, item.text, serves, item.name.place)

    # Requirements

    def _requirements(self) -> tuple[Requirement, ...]:
        requirements: list[Requirement] = []
        places: dict[str, Place] = {}
        for item in self._items("requirement"):
            assert isinstance(item, syntax.Requirement)
            if item.id.text in places:
                self._error(
                    Code.DUPLICATE,
                    item.id.place,
                    f"requirement {item.id.text} is stated already, "
                    f"in line {places[item.id.text].line}",
                )
            places[item.id.text] = item.id.place
            if not item.properties:
                self._error(
                    Code.NO_PROPERTY,
                    item.id.place,
                    f"requirement {item.id.text} has no property: nothing can be proved of it",
                    "state it with 'always', 'never', 'reachable', 'from any state', "
                    "'independent' or 'every'",
                )
            properties = tuple(filter(None, map(self._property, item.properties)))
            requirements.append(
                Requirement(
                    item.id.text,
                    item.sentence,
                    self._sources(item.sources),
                    properties,
                    item.id.place,
                )
            )
        return tuple(requirements)

    def _property(
        self, item: syntax.Property | syntax.Independent | syntax.Every
    ) -> Property | None:
        match item:
            case syntax.Every(subject=subject, place=place):
                return Every(Subject(subject), place)
            case syntax.Independent():
                return self._independent(item)
            case syntax.Property(keyword=keyword, expression=tree, place=place):
                where = Where.FROM_ANY_STATE if keyword == "from any state" else Where.PROPERTY
                expression = Resolver(self._scope, where).boolean(tree)
                if expression is None:
                    return None
                if keyword == "never":
                    expression = Operation(Operator.NOT, (expression,), BOOLEAN, place)
                if keyword == "reachable":
                    return Reachable(expression, place)
                if keyword == "from any state":
                    return FromAnyState(expression, place)
                return Always(expression, place)

    def _independent(self, item: syntax.Independent) -> Independent | None:
        broken = False
        for word, kind in ((item.output, Kind.OUTPUT), *((i, Kind.INPUT) for i in item.inputs)):
            known = self._scope.kinds.get(word.text)
            if known is None or known[0] is not kind:
                broken = True
                if word.text not in self._broken:
                    names = [n for n, (k, _) in self._scope.kinds.items() if k is kind]
                    self._error(
                        Code.UNKNOWN_NAME,
                        word.place,
                        f"there is no {kind.value} '{word.text}'",
                        did_you_mean(word.text, names),
                    )
            else:
                self._scope.used.add(word.text)
        if broken:
            return None
        return Independent(item.output.text, self._distinct(item.inputs), item.place)

    def _check_served(self) -> None:
        ids = [
            item.id.text
            for item in self._items("requirement")
            if isinstance(item, syntax.Requirement)
        ]
        served: list[syntax.Word] = []
        for block in self._blocks:
            for item in block.items:
                if isinstance(item, syntax.Definition | syntax.Output):
                    served += item.serves
                elif isinstance(item, syntax.Region):
                    served += [word for edge in item.transitions for word in edge.serves]
        for word in served:
            if word.text not in ids:
                self._error(
                    Code.UNKNOWN_NAME,
                    word.place,
                    f"there is no requirement {word.text}",
                    did_you_mean(word.text, ids),
                )

    def _warn_unused(self) -> None:
        names = [
            name
            for name, (kind, _) in self._scope.kinds.items()
            if kind in (Kind.INPUT, Kind.PARAMETER)
        ]
        for name in [*names, *self._written]:
            if name not in self._scope.used and name not in self._broken:
                self._report(
                    Diagnostic(
                        Code.UNUSED,
                        self._places[name],
                        f"'{name}' is declared and never used",
                        "use it, or take it out",
                        Severity.WARNING,
                    )
                )

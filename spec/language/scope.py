"""Scope: the names of one text, what is known of each, and what is wrong with the text so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from spec.expression import Enumeration, Expression, Kind, Quantity, ValueType
from spec.intervals import interval
from spec.language import syntax
from spec.language.amounts import multiples, read
from spec.language.errors import Code, Diagnostic, Severity, listed, nearest
from spec.language.permissions import Need
from spec.language.vocabulary import STEP_TIME
from spec.machine import Definition, Span, TimeModel
from spec.place import Place
from spec.units import Dimension, common_resolution

_TICK = Quantity(Dimension.TIME, Fraction(1, 1000))
# Stands in where the text declares no usable time, so that the rest of it can be checked.
NO_TIME = TimeModel(_TICK, Span(1, 1), Fraction(0), _TICK, Span(0, 0), None, ())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is known of a definition beside its expression.

    Attributes:
        needs: What it speaks of that is not allowed everywhere, and an example of each.
        depth: How deep it is nested, with the definitions in it unfolded.
    """

    needs: dict[Need, str]
    depth: int


@dataclass(frozen=True, slots=True)
class Family:
    """Parts of one kind, of which the first `certain` always take part, the others by setting.

    Attributes:
        names: Of the parts, in order.
    """

    name: str
    names: tuple[str, ...]
    certain: int


@dataclass
class Scope:
    """Filled by one part of the checker after the other, in the order of `checker.check`.

    Attributes:
        lost: Words of what could not be parsed: they may be declared or used there.
        places: Where each name is declared.
        broken: Names whose declaration has an error: nothing more is said about them.
        resolutions: How fine the literals of each dimension may be.
        used: Names that something speaks of.
        families: Parts that are several, by the name that stands for each of them.
        exposed: Inputs of parts that are inputs of the system.
        is_system: Whether the text may speak of parts at all.
    """

    lost: frozenset[str]
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)
    time: TimeModel = NO_TIME
    places: dict[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    kinds: dict[str, tuple[Kind, ValueType]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    resolutions: dict[Dimension, Quantity] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    definitions: dict[str, Definition] = field(default_factory=dict)
    meanings: dict[str, Meaning] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    exposed: set[str] = field(default_factory=set)
    is_system: bool = False

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep `diagnostic`, once."""
        self.diagnostics[diagnostic] = None

    def error(self, code: Code, place: Place, message: str, way_out: str = "") -> None:
        """Report an error."""
        self.report(Diagnostic(code, place, message, way_out))

    def warn(self, code: Code, place: Place, message: str, way_out: str = "") -> None:
        """Report a warning."""
        self.report(Diagnostic(code, place, message, way_out, Severity.WARNING))

    # Names

    def owns(self, word: syntax.Word) -> bool:
        """Whether `word` is where its name is declared, not a repetition of it."""
        return self.places.get(word.text) == word.place

    def declare(self, word: syntax.Word, kind: Kind, type_: ValueType, span: Span) -> None:
        """Let `word` be known, unless another has its name."""
        if self.owns(word):
            self.kinds[word.text] = (kind, type_)
            self.spans[word.text] = span

    def is_silent(self, name: str) -> bool:
        """Whether an error that is reported already may be why `name` is not known."""
        return name in self.broken or name in self.lost

    def unknown(
        self,
        word: syntax.Word,
        message: str,
        known: Iterable[str],
        way_out: str = "",
        code: Code = Code.UNKNOWN_NAME,
    ) -> None:
        """Report that `word` is none of `known`, unless an error above explains it.

        `way_out` is for a word that resembles none of them; without it, they are listed.
        """
        names = list(known)
        if self.is_silent(word.text):
            return
        # What was meant is not unused: it was only misspelt.
        near = nearest(word.text, names)
        self.used.add(near)
        if near:
            way_out = f"did you mean '{near}'?"
        self.error(code, word.place, message, way_out or listed(names))

    def distinct(self, words: Iterable[syntax.Word]) -> tuple[str, ...]:
        """The names of a list that may name nothing twice."""
        names: list[str] = []
        folded: dict[str, str] = {}
        for word in words:
            if word.text in names:
                self.error(
                    Code.DUPLICATE, word.place, f"'{word.text}' stands here twice", "take one out"
                )
                continue
            twin = folded.setdefault(word.text.casefold(), word.text)
            if twin != word.text:
                self.too_alike(word, f"'{twin}'")
            names.append(word.text)
        return tuple(names)

    def too_alike(self, word: syntax.Word, other: str) -> None:
        """Report that `word` differs from `other` by case only."""
        self.error(
            Code.DUPLICATE,
            word.place,
            f"'{word.text}' and {other} are one name where code is written in capitals",
            "choose another name",
        )

    def known(self, name: str) -> tuple[Kind, ValueType] | tuple[None, None]:
        """What `name` stands for, if it is declared without an error."""
        if name == STEP_TIME:
            return Kind.STEP_TIME, self.time.tick
        definition = self.definitions.get(name)
        if definition is not None:
            return Kind.DEFINITION, definition.expression.type
        return self.kinds.get(name, (None, None))

    def owners(self, member: str) -> Iterator[tuple[str, Kind]]:
        """What has a value or a mode called `member`."""
        for name, (kind, type_) in self.kinds.items():
            if isinstance(type_, Enumeration) and member in type_.members:
                yield name, kind

    # Numbers

    def note_resolution(self, type_: Quantity) -> None:
        """Let literals and parameters of this dimension be as fine as `type_`."""
        known = self.resolutions.get(type_.dimension)
        if known is not None:
            finer = common_resolution(known.resolution, type_.resolution)
            type_ = Quantity(type_.dimension, finer)
        self.resolutions[type_.dimension] = type_

    def count(self, amount: syntax.Amount, type_: Quantity) -> int | None:
        """`amount` in multiples of the resolution of `type_`."""
        value = read(amount)
        result = value if isinstance(value, Diagnostic) else multiples(value, type_, amount.place)
        if isinstance(result, Diagnostic):
            self.report(result)
            return None
        return result

    def range(self, low: syntax.Amount, high: syntax.Amount, type_: Quantity) -> Span | None:
        """The range from `low` to `high`; turned round, after an error, if it is upside down."""
        lowest, highest = self.count(low, type_), self.count(high, type_)
        if lowest is None or highest is None:
            return None
        if lowest > highest:
            self.error(
                Code.UPSIDE_DOWN,
                low.place,
                f"the range is upside down: {type_.show(lowest)} is more than "
                f"{type_.show(highest)}",
                "write the lower limit first",
            )
        return Span(min(lowest, highest), max(lowest, highest))

    def span(self, expression: Expression) -> Span:
        """The values that `expression` can have."""
        return interval(expression, self.spans, self.definitions)

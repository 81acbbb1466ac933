"""Faults seeded into the generators, each a small change of one of their files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A change that the tests must notice.

    Attributes:
        name: What is done wrong.
        file: In the folder of the generators.
        passage: Stands there once.
        other: Stands in its place.
    """

    name: str
    file: str
    passage: str
    other: str


_PRINTING = "printing.py"
_LAYOUT = "layout.py"
_ASSEMBLY = "assembly.py"
_DECISIONS = "decisions.py"
_ARRANGEMENT = "arrangement.py"
_STATEMENTS = "statements.py"
_C_PRINTER, _C_WRITER, _C = "c99/printer.py", "c99/writer.py", "c99/templates"
_PYTHON_PRINTER, _PYTHON_WRITER = "micropython/printer.py", "micropython/writer.py"
_BREAKING, _PYTHON = "micropython/breaking.py", "micropython/templates"

FAULTS = (
    Fault("not at most is at least", _PRINTING, '"<=": ">", "=="', '"<=": ">=", "=="'),
    Fault("less turned round is at least", _PRINTING, '{"<": ">", "<="', '{"<": ">=", "<="'),
    Fault("minus a sum", _PRINTING, "closer(second, self.loosest_term))\n", "second)\n"),
    Fault("times a sum", _PRINTING, "signed=signed), Binding.PRODUCT)", "signed=signed), 0)"),
    Fault("not is forgotten", _PRINTING, "operand, holds=not holds", "operand, holds=holds"),
    Fault(
        "flags are upside down", _PRINTING, '"!=" if holds else "=="\n', '"==" if holds else "!="\n'
    ),
    Fault(
        "iff is either or",
        _PRINTING,
        '"==" if holds else "!=", *sides',
        '"!=" if holds else "==", *sides',
    ),
    Fault(
        "iff in a row",
        _PRINTING,
        "condition(each), Binding.SUM) for",
        "condition(each), Binding.NEGATION) for",
    ),
    Fault(
        "not both is both",
        _PRINTING,
        "return self._negated(self.condition(term))",
        "return self.condition(term)",
    ),
    Fault(
        "else is not negated",
        _PRINTING,
        "self.condition(otherwise, holds=holds),",
        "self.condition(otherwise),",
    ),
    Fault(
        "minus once is plus",
        _PRINTING,
        'operand=operand):\n                sign, second = "-", self.value(',
        'operand=operand):\n                sign, second = "+", self.value(',
    ),
    Fault(
        "what is decided is not",
        _PRINTING,
        "neutral = kind is Binding.BOTH",
        "neutral = kind is not Binding.BOTH",
    ),
    Fault(
        "brackets for their equals only",
        _LAYOUT,
        "if binding(piece) > than",
        "if binding(piece) >= than",
    ),
    Fault(
        "or binds closer than and", _LAYOUT, "EITHER = 1\n    BOTH = 2", "EITHER = 2\n    BOTH = 1"
    ),
    Fault("broken lines lose their sign", _LAYOUT, 'f"{sign} {inner[0]}"', "inner[0]"),
    Fault("lines are a column too long", _LAYOUT, "tail <= width", "tail <= width + 1"),
    Fault(
        "0 needs no conversion",
        _C_PRINTER,
        "self.ranges.of(term).lowest >= 0:\n            return f",
        "self.ranges.of(term).lowest > 0:\n            return f",
    ),
    Fault(
        "then and else change places",
        _C_PRINTER,
        '(("?", parts[1]), (":", parts[2]))',
        '(("?", parts[2]), (":", parts[1]))',
    ),
    Fault("at least 0 is false", _C_PRINTER, '(">=", lowest): True', '(">=", lowest): False'),
    Fault(
        "what is never negative stays signed",
        _C_PRINTER,
        "lowest >= 0:\n            return Prefixed",
        "lowest > 0:\n            return Prefixed",
    ),
    Fault("256 fits into a byte", _C_WRITER, "span.highest < 2 **", "span.highest <= 2 **"),
    Fault(
        "the last mode is none",
        _C_WRITER,
        'COMPARISON, ">", Atom(name)',
        'COMPARISON, ">=", Atom(name)',
    ),
    Fault("sums may wrap", _C_WRITER, "narrow=True) == _WIDTHS[-1]", "narrow=True) == _WIDTHS[0]"),
    Fault(
        "a choice needs no conversion",
        _C_WRITER,
        "return type_ if among_choices",
        'return "" if among_choices',
    ),
    Fault(
        "the first mode is none", _PYTHON_WRITER, 'COMPARISON, "<", Atom', 'COMPARISON, "<=", Atom'
    ),
    Fault(
        "condition and value change places",
        _PYTHON_PRINTER,
        "(then, condition, otherwise)",
        "(otherwise, condition, then)",
    ),
    Fault(
        "sums in sums",
        _PYTHON_PRINTER,
        "Binding.COMPARISON, Binding.SUM",
        "Binding.COMPARISON, Binding.CHOICE",
    ),
    Fault("brackets are hugged twice", _BREAKING, "len(piece.rest) > 1", "len(piece.rest) > 2"),
    Fault("every bracket is broken", _BREAKING, "if _may_hug(piece) and", "if False and"),
    Fault("all signs are and", _BREAKING, '[f" {sign} ", *', '[" and ", *'),
    Fault(
        "settings have no lower end",
        _ASSEMBLY,
        "at_most(number(each.span.lowest), each.variable)",
        "at_most(each.variable, number(each.span.highest))",
    ),
    Fault(
        "settings need not fit each other", _ASSEMBLY, "both(*ranges, *fitting)", "both(*ranges)"
    ),
    Fault(
        "a mode entered again keeps its time",
        _ASSEMBLY,
        "return both(equal(new, old), negation(either(*itself)))",
        "return equal(new, old)",
    ),
    Fault(
        "a mode left keeps its time",
        _ASSEMBLY,
        "return both(equal(new, old), negation(either(*itself)))",
        "return negation(either(*itself))",
    ),
    Fault(
        "all parameters have one value",
        _ASSEMBLY,
        "span.lowest < parameter.span.highest",
        "span.lowest > parameter.span.highest",
    ),
    Fault(
        "guards see new modes",
        _ASSEMBLY,
        "key = (each.name, number_of(each.term))",
        "key = (each.name, 0)",
    ),
    Fault(
        "defaults are asked for",
        _DECISIONS,
        "branches[-1].target == left.default",
        "branches[-1].target != left.default",
    ),
    Fault(
        "the wrong way round", _DECISIONS, "Fork(negation(asked), no, yes)", "Fork(asked, no, yes)"
    ),
    Fault(
        "any mode will do", _DECISIONS, "return truth(value == mode)", "return truth(value <= mode)"
    ),
    Fault(
        "memory is overwritten too soon",
        _ARRANGEMENT,
        "not any(store.cell.name in reads(each) for each in later)",
        "True",
    ),
    Fault(
        "outputs are upside down",
        _STATEMENTS,
        "writer.kept(value.otherwise, members)",
        "writer.kept(value.then, members)",
    ),
    Fault("no memory holds a mode", f"{_C}/recall.c.jinja", "{{ each.safe }}", "{{ each.memory }}"),
    Fault(
        "wide times do not stop",
        f"{_C}/count.c.jinja",
        "+= {{ each.by }};\n{% else %}\n        {{",
        "= {{ each.by }};\n{% else %}\n        {{",
    ),
    Fault("C begins with 0", f"{_C}/source.c.jinja", "= {{ each.initial }};", "= 0U;"),
    Fault("C leaves its outputs", f"{_C}/drive.c.jinja", "{{ each.changed | indent(8) }}", ";"),
    Fault(
        "a mode stays where it goes",
        f"{_C}/decide.c.jinja",
        '" = " ~ line.target',
        '" = " ~ each.name',
    ),
    Fault("settings begin with 0", f"{_C}/parameters.c.jinja", "{{ each.initial }}", "0U"),
    Fault(
        "times go on",
        f"{_PYTHON}/count.py.jinja",
        "{{ each.name }} = 0\n",
        "{{ each.name }} = {{ each.memory }}\n",
    ),
    Fault(
        "Python begins with 0",
        f"{_PYTHON}/module.py.jinja",
        "    state.{{ each.name }} = {{ each.initial }}",
        "    state.{{ each.name }} = 0",
    ),
    Fault(
        "the safe mode is what it is",
        f"{_PYTHON}/recall.py.jinja",
        "{{ each.safe }}",
        "{{ each.memory }}",
    ),
)

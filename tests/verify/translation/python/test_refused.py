"""What is not understood is never proved: it is named, with the line that it is in."""

from __future__ import annotations

import pytest

from spec.term import choose, less, minus, negation, number, plus, times
from tests.verify.translation.python.levels import findings
from tests.verify.translation.python.small import FLAG, KEPT, NUMBER, OTHER, module, routine
from verify.translation.finding import Outcome
from verify.translation.python.source import validate_source

CONST = "from micropython import const"
SHOW = "out.shown = inputs.number"

# The statement that is refused is marked.
STATEMENTS = {
    "while": f"{SHOW}\nwhile state.kept > 7:  # here\n    state.kept = state.kept - 1  # or here",
    "for": f"{SHOW}\nfor x in range(3):  # here\n    state.kept = x  # or here",
    "a call of something": f"{SHOW}\nstate.kept = abs(state.kept)  # here",
    "a call of a method": f"{SHOW}\nstate.kept = inputs.number.bit_length()  # here",
    "an element": f"{SHOW}\nstate.kept = state[0]  # here",
    "a tuple": f"{SHOW}\na, b = 1, 2  # here",
    "a list": f"{SHOW}\na = [1]  # here",
    "several comparisons": "out.shown = 1 if 0 < inputs.number < 5 else 0  # here",
    "a number as a truth": f"{SHOW}\nif inputs.flag:  # here\n    state.kept = 1",
    "not of a number": f"{SHOW}\nstate.kept = 1 if not inputs.flag else 0  # here",
    "and of numbers": f"{SHOW}\nstate.kept = inputs.number and inputs.other  # here",
    "or of numbers": f"{SHOW}\nstate.kept = inputs.number or inputs.other  # here",
    "a truth as a number": f"{SHOW}\nstate.kept = inputs.number + (inputs.number > 3)  # here",
    "a truth in an attribute": f"{SHOW}\nstate.kept = inputs.number > 3  # here",
    "None in an attribute": f"{SHOW}\nstate.kept = None  # here",
    "an object in an attribute": f"{SHOW}\nstate.kept = inputs  # here",
    "a truth less than another": f"{SHOW}\na = (inputs.number < 1) < (inputs.other < 1)  # here",
    "a truth compared with a number": f"{SHOW}\na = (inputs.number < 1) == 1  # here",
    "a float": f"{SHOW}\na = 1.5  # here",
    "a text": f"{SHOW}\na = 'text'  # here",
    "a division": f"{SHOW}\na = inputs.number // 2  # here",
    "a true division": f"{SHOW}\na = inputs.number / 2  # here",
    "a remainder": f"{SHOW}\na = inputs.number % 2  # here",
    "a power": f"{SHOW}\na = inputs.number ** 2  # here",
    "bits": f"{SHOW}\na = inputs.number & 2  # here",
    "a shift to the left": f"{SHOW}\na = inputs.number << 2  # here",
    "a shift by what is not known": f"{SHOW}\na = inputs.number >> inputs.other  # here",
    "all bits the other way round": f"{SHOW}\na = ~inputs.number  # here",
    "plus by itself": f"{SHOW}\na = +inputs.number  # here",
    "is": f"{SHOW}\na = inputs.number is inputs.other  # here",
    "in": f"{SHOW}\na = inputs.number in inputs.other  # here",
    "minus of a truth": f"{SHOW}\na = -(inputs.number > 1)  # here",
    "an assignment in place": f"{SHOW}\nstate.kept += 0  # here",
    "lambda": f"{SHOW}\na = lambda: 1  # here",
    "a name nobody knows": f"{SHOW}\na = nobody  # here",
    "del": f"{SHOW}\na = 1\ndel a  # here",
    "assert": f"{SHOW}\nassert inputs.number < 7  # here",
    "try": f"try:  # here\n    {SHOW}\nexcept ValueError:\n    {SHOW}",
    "raise": f"{SHOW}\nraise ValueError  # here",
    "with": f"{SHOW}\nwith state:  # here\n    pass",
    "import": f"{SHOW}\nimport sys  # here",
    "yield": f"{SHOW}\nyield 1  # here",
    "a function inside": f"{SHOW}\ndef inside():  # here\n    pass",
    "a global": f"{SHOW}\nglobal more  # here\nmore = 1  # or here",
    "values of different kinds": f"{SHOW}\n"
    "a = 1 if inputs.number > 1 else inputs.other > 1  # here\n"
    "state.kept = a  # or here",
    "values of different kinds by branches": f"{SHOW}\nif inputs.number > 1:\n    a = 1\nelse:\n"
    "    a = inputs.other > 1\nstate.kept = a  # here",
}


@pytest.mark.parametrize("body", STATEMENTS.values(), ids=STATEMENTS)
def test_statements_that_are_not_understood_are_named_with_their_line(body: str) -> None:
    text = module(body)
    lines = [k for k, each in enumerate(text.splitlines(), 1) if "here" in each]
    for level, finding in findings(text, routine()).items():
        assert finding.outcome is Outcome.UNKNOWN, (level, finding)
        assert finding.reason.startswith("not supported: ")
        if level == "source":
            assert finding.place in [f"sample.py:{line}" for line in lines], finding
        elif "yield" not in text and "+0x0" not in finding.place:
            assert any(f"(sample.py:{line})" in finding.place for line in lines), finding


MODULES = {
    "an import": ("import sys", SHOW),
    "another import": ("from micropython import heap_lock", SHOW),
    "a constant that is calculated by a call": ("limit = abs(3)", f"{SHOW}"),
    "two meanings of a name": ("limit = 3\nlimit = 4", SHOW),
    "two functions of a name": ("def step(state, inputs, out):\n    pass", SHOW),
    "a loop": ("for x in range(3):\n    pass", SHOW),
    "a function that sets a name": (
        "limit = 3\ndef change():\n    global limit\n    limit = 4",
        "out.shown = limit",
    ),
    "a function that sets the function": ("def change():\n    global step\n    step = 4", SHOW),
    "a class that is derived": ("class State(dict):\n    pass", SHOW),
    "a class with slots": ("class State:\n    __slots__ = ('kept',)", SHOW),
    "a property": (
        "class State:\n    def __init__(self):\n        self.kept = 0\n"
        "    @property\n    def kept(self):\n        return 3",
        SHOW,
    ),
    "a class that asks for attributes": (
        "class Inputs:\n    def __init__(self):\n        self.number = 0\n        self.other = 0\n"
        "        self.flag = 0\n    def __getattr__(self, name):\n        return 0",
        SHOW,
    ),
    "a class that is set with a method": (
        "class State:\n    def __init__(self):\n        self.kept = 0\n        self.other()",
        SHOW,
    ),
    "an attribute with a meaning": (
        "class State:\n    def __init__(self):\n        self.kept = 0\n"
        "        self.__class__ = State",
        SHOW,
    ),
    "a decorator": ("def twice(x):\n    return x\n\n\n@twice \\", SHOW),
    "a function that calls itself": (
        "def f(x):\n    return f(x)",
        "out.shown = f(inputs.number)",
    ),
    "an object that is handed on": ("def f(x):\n    return 3", "out.shown = f(inputs)"),
    "a function that returns this or that": (
        "def f(x):\n    if x > 3:\n        return 1\n    return x > 2",
        "out.shown = f(inputs.number)",
    ),
    "a function with a default": ("def f(x=1):\n    return x", "out.shown = f(inputs.number)"),
    "a function of arguments by name": (
        "def f(*, x):\n    return x",
        "out.shown = f(x=inputs.number)",
    ),
    "a function of any number": ("def f(*x):\n    return 1", "out.shown = f(inputs.number)"),
    "a name of the module and a local one": ("a = 3", "a = inputs.number\nout.shown = a"),
}


@pytest.mark.parametrize(("above", "body"), MODULES.values(), ids=MODULES)
def test_modules_that_are_not_understood_are_refused(above: str, body: str) -> None:
    text = module(body, above)
    for level, finding in findings(text, routine()).items():
        if level == "bytecode" and above == "a = 3":
            # There, the two are told apart.
            assert finding.outcome is Outcome.PROVED
            continue
        assert finding.outcome is Outcome.UNKNOWN, (level, finding)
        assert finding.place


def test_a_constant_hides_a_parameter_in_micropython() -> None:
    """CPython would show the input."""
    text = module("out.shown = f(inputs.number)", f"{CONST}\nx = const(3)\ndef f(x):\n    return x")
    found = findings(text, routine())
    assert found["source"].outcome is Outcome.UNKNOWN
    assert found["bytecode"].outcome is Outcome.DIFFERS


def test_a_constant_of_a_function_hides_names_of_others() -> None:
    above = f"{CONST}\ndef g():\n    x = const(3)\n    return x\n\n\ndef f(x):\n    return x"
    text = module("out.shown = f(inputs.number)", above)
    found = findings(text, routine())
    assert found["source"].outcome is Outcome.UNKNOWN
    assert found["bytecode"].outcome is Outcome.DIFFERS


def test_memory_may_not_grow_from_step_to_step() -> None:
    """What one step leaves, the next one is given: both may not be larger than what is assumed."""
    body = "out.shown = inputs.number\nif inputs.other > 99999:\n    state.kept = 7 * 100000000"
    for finding in findings(module(body), routine(keep=KEPT)).values():
        assert finding.outcome is Outcome.DIFFERS
    kept = choose(less(number(99_999), OTHER), number(700_000_000), KEPT)
    for finding in findings(module(body), routine(keep=kept)).values():
        assert finding.outcome is Outcome.DIFFERS
        assert finding.example is not None
        assert "state.kept may be too large a number" in finding.example.broken
    body = body.replace("7 *", "5 *")
    kept = choose(less(number(99_999), OTHER), number(500_000_000), KEPT)
    for finding in findings(module(body), routine(keep=kept)).values():
        assert finding.outcome is Outcome.PROVED


def test_attributes_that_every_object_has_are_refused() -> None:
    text = module("out.shown = inputs.number\nstate.__class__ = 3")
    assert {each.outcome for each in findings(text, routine()).values()} == {Outcome.DIFFERS}


def test_a_hidden_constant_is_not_there_above_its_line() -> None:
    """MicroPython does not even store it, and fails when the function is called."""
    text = module("out.shown = inputs.number + _x - 3") + f"\n\n{CONST}\n_x = const(3)\n"
    assert {each.outcome for each in findings(text, routine()).values()} == {Outcome.UNKNOWN}


UNDERSTOOD = {
    "functions": (
        "def more(x, limit):\n    if x > limit:\n        return limit\n    return x\n",
        "out.shown = more(inputs.number, 5)",
        choose(less(number(5), NUMBER), number(5), NUMBER),
    ),
    "functions of functions": (
        "def a(x):\n    return b(x) + 1\n\n\ndef b(x):\n    return x * 3\n",
        "out.shown = a(inputs.number) if inputs.flag != 0 else a(2)",
        choose(FLAG, plus(times(3, NUMBER), number(1)), number(7)),
    ),
    "truths of functions": (
        "def is_more(x, y):\n    return x > y\n",
        "out.shown = 1 if is_more(inputs.number, inputs.other) else 0",
        choose(less(OTHER, NUMBER), number(1), number(0)),
    ),
    "constants": (
        f"{CONST}\nA = const(3)\nB = const(-A * 2 + 1)\nc = 4",
        "out.shown = inputs.number + B - c",
        minus(NUMBER, number(9)),
    ),
    "minus": ("", "out.shown = -inputs.number", times(-1, NUMBER)),
    "returns": (
        "",
        "out.shown = 1\nif inputs.flag != 0:\n    return\nout.shown = inputs.number",
        choose(FLAG, number(1), NUMBER),
    ),
    "returns everywhere": (
        "",
        "if inputs.flag != 0:\n    out.shown = 1\n    return\nelse:\n    out.shown = 2\n    return",
        choose(FLAG, number(1), number(2)),
    ),
    "a shift": (
        "",
        "out.shown = (inputs.number * 8 + 3) >> 3",
        NUMBER,
    ),
    "truths compared": (
        "",
        "out.shown = 5 if (inputs.flag != 0) != (inputs.number < inputs.other) else 6",
        choose(
            FLAG,
            choose(less(NUMBER, OTHER), number(6), number(5)),
            choose(less(NUMBER, OTHER), number(5), number(6)),
        ),
    ),
    "truths in names": (
        "",
        "a = inputs.flag != 0\nb = not a or False\nif b:\n    pass\nelse:\n    b = True\n"
        "out.shown = 5 if b and not a else 6",
        choose(negation(FLAG), number(5), number(6)),
    ),
    "another name for an object": ("", "i = inputs\nout.shown = i.number", NUMBER),
    "text": ('"""Text."""', '"""Text."""\nout.shown = inputs.number', NUMBER),
}


@pytest.mark.parametrize(("above", "body", "shown"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_what_is_understood_means_what_it_says(above: str, body: str, shown: object) -> None:
    text = module(body, above)
    for level, finding in findings(text, routine(shown)).items():  # type: ignore[arg-type]
        assert finding.outcome is Outcome.PROVED, (level, finding)
    # And nothing else.
    for level, finding in findings(text, routine(plus(OTHER, KEPT))).items():
        assert finding.outcome is Outcome.DIFFERS, (level, finding)


def test_what_is_looked_at_depends_on_what_came_before() -> None:
    """A sum that is not small matters only where it is reached."""
    reached = "inputs.number > 50 and inputs.number * 1000000 > 7"
    text = module(f"out.shown = inputs.number\na = {reached}")
    assert {each.outcome for each in findings(text, routine()).values()} == {Outcome.DIFFERS}
    for guarded in (
        f"inputs.number < 50 and inputs.number > -50 and {reached}",
        f"inputs.number > 50 or inputs.number < -50 or not ({reached})",
        "1 if inputs.number > 50 or inputs.number < -50 else inputs.number * 10000000",
    ):
        text = module(f"out.shown = inputs.number\na = {guarded}")
        assert {each.outcome for each in findings(text, routine()).values()} == {Outcome.PROVED}


def test_a_text_that_is_no_python_is_said_to_be_none() -> None:
    for text in ("def step(:\n", "\0", "x = \n", "(" * 1000):
        finding = validate_source(text, "sample.py", routine())
        assert finding.outcome in (Outcome.DIFFERS, Outcome.UNKNOWN)
        assert "sample.py" in finding.place
    deep = "out.shown = " + "(" * 80 + "inputs.number" + " + 0)" * 80
    wide = "out.shown = inputs.number" + " + 0" * 3000
    for body in (deep, wide):
        finding = validate_source(module(body), "sample.py", routine())
        assert finding.outcome in (Outcome.PROVED, Outcome.UNKNOWN)

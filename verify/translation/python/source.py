"""The meaning of a function in MicroPython source: it is run once, for all calls.

Two values where a condition decides, instead of two runs; what may allocate memory is an
obligation; and what is not understood is said to be so.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from verify import bits
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.finding import Finding
from verify.translation.python.call import RETURNED, Call
from verify.translation.python.expressions import Expressions
from verify.translation.python.module import Module, read
from verify.translation.python.path import Path, joined
from verify.translation.python.syntax import local_names, named
from verify.translation.python.validation import constructed, found
from verify.translation.python.values import NOTHING, Item, Mixed, Notes, Object, Site
from verify.translation.routine import Routine


def validate_source(text: str, file: str, routine: Routine) -> Finding:
    """Whether a function of the module `text` does what `routine` says.

    The parameters' defaults are set by the constructor of their class, where no function is called
    ``parameters_init``.

    Args:
        text: Of the whole module. It is parsed once for all its functions.
        file: Its name, for places.
        routine: Whose name the function has.
    """
    return found(file, routine, lambda: evaluate(read(text, file), routine))


def evaluate(module: Module, routine: Routine) -> Evaluated:
    """The function of `module` for `routine`, run once for all calls.

    Raises:
        NotUnderstood: It is written in a way that has no meaning here.
        Forbidden: It does what no controller may.
    """
    function = module.functions.get(routine.name)
    if function is None:
        function = module.constructors.get(constructed(routine))
    if function is None:
        raise Forbidden(f"there is no function {routine.name}", module.file)
    if routine.name in module.globals_set:
        raise NotUnderstood(f"{routine.name}, which a function may set", module.file)
    signature = module.signature(function)
    call = Call(routine, signature, module.classes)
    notes = Notes()
    run = _Run(module, call, notes, (function,))
    return call.evaluated(run.ends(call.path(signature.parameters)), notes)


class _Run:
    """A function at work.

    Attributes:
        _calls: The functions at work, the one in question last.
    """

    def __init__(
        self, module: Module, call: Call, notes: Notes, calls: tuple[ast.FunctionDef, ...]
    ) -> None:
        self._module = module
        self._call = call
        self._notes = notes
        self._calls = calls
        self._function = calls[-1]
        self._expressions = Expressions(self._function, module, call, notes, self._other)
        self._ends: list[tuple[Path, Item]] = []

    def ends(self, path: Path) -> list[tuple[Path, Item]]:
        """Each return: the way to it, and what is returned."""
        for name in local_names(self._function):
            if self._module.declares(name):
                told = f"{name} is a name of the module, and of something else here"
                raise NotUnderstood(told, self._module.place(self._function))
        last = self._block(self._function.body, path)
        if last is not None:
            self._return(last, NOTHING)
        return self._ends

    def _block(self, statements: Sequence[ast.stmt], path: Path) -> Path | None:
        """The way after `statements`; None if all ways have returned."""
        now: Path | None = path
        for each in statements:
            if now is None:
                raise NotUnderstood("a statement that is never reached", self._module.place(each))
            now = self._statement(each, now)
        return now

    def _statement(self, node: ast.stmt, path: Path) -> Path | None:
        place = self._module.place(node)
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
                return path
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                item = self._expressions.value(value, path, path.condition)
                path.names[name] = self._notes.named(item, place)
                return path
            case ast.Assign(targets=[ast.Attribute(value=owner, attr=name)], value=value):
                item = self._expressions.value(value, path, path.condition)
                into = self._expressions.value(owner, path, path.condition)
                self._call.store(path, into, name, self._notes.named(item, place), place)
                return path
            case ast.If(test=test, body=then, orelse=otherwise):
                return self._choice(test, then, otherwise, path)
            case ast.Return(value=value):
                returned: Item = NOTHING
                if value is not None:
                    returned = self._expressions.value(value, path, path.condition)
                self._return(path, self._notes.named(returned, place))
                return None
        raise NotUnderstood(named(node), place)

    def _choice(
        self, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt], path: Path
    ) -> Path | None:
        condition = self._expressions.truth(test, path, path.condition)
        first = self._block(then, path.taken_if(condition))
        second = self._block(otherwise, path.taken_if(bits.negation(condition)))
        left = [each for each in (first, second) if each is not None]
        return joined(left) if left else None

    def _return(self, path: Path, item: Item) -> None:
        path.names[RETURNED] = item
        self._ends.append((path, item))

    def _other(self, name: str, items: Sequence[Item], site: Site) -> Item:
        """What the function `name` of the module returns; it is given numbers and truths only."""
        function = self._module.functions.get(name)
        if function is None:
            raise NotUnderstood(f"a call of {name}, which is no function of the module", site.place)
        if function in self._calls:
            raise NotUnderstood(f"{name} calls itself", site.place)
        names = self._module.signature(function).parameters
        if len(names) != len(items):
            raise Forbidden(f"{name} has {len(names)} parameters", site.place)
        if any(isinstance(each, Object) for each in items):
            raise NotUnderstood(f"an object is handed to {name}", site.place)
        run = _Run(self._module, self._call, self._notes, (*self._calls, function))
        ends = run.ends(Path((site.condition,), dict(zip(names, items, strict=True))))
        made = joined([path for path, _ in ends]).names[RETURNED]
        if isinstance(made, Mixed):
            raise NotUnderstood(f"{name} returns values of different kinds", site.place)
        return made

"""Descriptions: reads a bank from its TOML file, or says all that is wrong with the file.

Wrong is what cannot be understood. What can be, and is no good bank, is for the checks.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

from spec.bank.bank import Attached, Bank, Strings
from spec.bank.batteries import BATTERIES
from spec.bank.outputs import Output
from spec.bank.places import places
from spec.bank.receivers import RECEIVERS, Receiver, Role
from spec.bank.table import Problem, Table
from spec.language.errors import nearest
from spec.language.lines import normalised

# More than any bank has; what is more is a slip of the keyboard.
MOST = 1000
MOST_CURRENT_UA = 1_000_000_000
_MOST_BYTES = 20_000
_PLACE = re.compile(r" *\(at (?:line (\d+), column \d+|end of document)\)$")


class DescriptionError(Exception):
    """The file describes no bank; `problems` holds all that was found.

    Attributes:
        path: As the user gave it.
    """

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(path, self.problems)

    def __str__(self) -> str:
        """All problems as they are shown to a user."""
        return "\n".join(
            f"{self.path}{f':{each.line}' if each.line else ''}: {each}" for each in self.problems
        )


def shipped() -> Path:
    """Where an example of a description is."""
    return Path(__file__).parents[1] / "smallbms" / "bank.toml"


def read_bank(path: Path) -> Bank:
    """The bank that the file `path` describes.

    Raises:
        DescriptionError: The file cannot be read or understood.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DescriptionError(str(path), [_unreadable(path, error)]) from None
    if len(data) > _MOST_BYTES:
        long = Problem(0, "", "this is too long to describe a bank", "is it the right file?")
        raise DescriptionError(str(path), [long])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        told = f"byte {data[error.start]:#04x} is no UTF-8"
        raise DescriptionError(str(path), [Problem(line, "", told, "save it as UTF-8")]) from None
    return read_text(text, str(path))


def _unreadable(path: Path, error: OSError) -> Problem:
    if path.is_dir():
        return Problem(0, "", "cannot be read: this is a directory")
    near = nearest(path.name, sorted(each.name for each in path.parent.glob("*.toml")))
    way_out = f"did you mean '{path.parent / near}'?" if near and near != path.name else ""
    reason = (error.strerror or str(error)).lower()
    return Problem(0, "", f"cannot be read: {reason}", way_out)


def read_text(text: str, path: str) -> Bank:
    """The bank that `text` describes; `path` is for messages.

    Raises:
        DescriptionError: The text cannot be understood.
    """
    text = normalised(text)
    try:
        root = Table((), tomllib.loads(text, parse_float=Decimal), places(text), [])
    except (ValueError, ArithmeticError, RecursionError) as error:
        # The last two are of numbers and nestings that tomllib cannot hold.
        raise DescriptionError(path, [_no_toml(error, text)]) from None
    bank = _bank(root)
    if root.problems:
        raise DescriptionError(path, sorted(root.problems, key=lambda each: each.line))
    return bank


def _no_toml(error: Exception, text: str) -> Problem:
    way_out = "smallbms bank --example writes one that is right"
    found = _PLACE.search(str(error))
    if found is None:
        return Problem(0, "", "a number is too large, or something nested too deeply", way_out)
    line = int(found[1]) if found[1] else text.rstrip("\n").count("\n") + 1
    message = str(error)[: found.start()].lower()
    return Problem(line, "", f"this is no TOML: {message}", way_out)


def _bank(root: Table) -> Bank:
    bank = Bank(
        title=root.take_text("title", needed=False),
        system_v=root.take_whole("system_v", 1, MOST),
        strings=tuple(_strings(each) for each in root.take_tables("batteries")),
        attached=tuple(
            _attached(each, output) for output in Output for each in root.take_tables(output.value)
        ),
    )
    if root.values.get("batteries", []) == []:
        root.note("batteries", "missing", "write [[batteries]], and its model below")
    root.close()
    return bank


def _strings(table: Table) -> Strings:
    strings = Strings(
        battery=table.take_named("model", BATTERIES, "battery"),
        series=table.take_whole("series", 1, MOST),
        parallel=table.take_whole("parallel", 1, MOST),
    )
    table.close()
    return strings


def _attached(table: Table, output: Output) -> Attached:
    receiver = table.take_named("receiver", RECEIVERS, "receiver")
    given_ua = table.take_microamperes("current_ma", MOST_CURRENT_UA)
    if given_ua is None and "current_ma" not in table.values and is_current_needed(receiver):
        message, way_out = unknown_current(receiver)
        table.note("current_ma", f"missing: {message}", f"{way_out}: current_ma = …")
    is_coil = table.take_flag("inductive")
    attached = attached_to(
        output,
        receiver,
        given_ua,
        count=table.take_whole("count", 1, MOST, default=1),
        label=table.take_text("label", needed=False),
        is_inductive=is_coil or receiver.is_inductive,
    )
    table.close()
    return attached


def is_current_needed(receiver: Receiver) -> bool:
    """Whether its current must be given, for no source bounds it."""
    return receiver.bound is None and receiver.role is not Role.VE_BUS


def unknown_current(receiver: Receiver) -> tuple[str, str]:
    """What is not known of `receiver`, and where its current is to be had."""
    return (
        f"no source gives the current of '{receiver.name}'",
        "take the most that it ever draws from its data sheet, or measure it",
    )


def attached_to(  # noqa: PLR0913
    output: Output,
    receiver: Receiver,
    given_ua: int | None,
    *,
    count: int,
    label: str,
    is_inductive: bool,
) -> Attached:
    """`receiver` on `output`, with the current that was given, or else is known."""
    bound_ua = 0 if receiver.bound is None else receiver.bound.current_ua
    return Attached(
        receiver=receiver,
        output=output,
        count=count,
        current_ua=bound_ua if given_ua is None else given_ua,
        is_bound=given_ua is None and receiver.bound is not None,
        is_inductive=is_inductive,
        label=label,
    )

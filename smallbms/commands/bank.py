"""`smallbms bank`: may a bank be built like this, and what does it need?"""

from __future__ import annotations

import os
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import click

from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, write
from smallbms.presenters.bank import assessment_text
from smallbms.presenters.lines import printable
from smallbms.refusal import Refused
from smallbms.status import Status
from spec.bank.assessment import assess
from spec.bank.bank import Attached, Bank, Strings
from spec.bank.batteries import BATTERIES, Battery
from spec.bank.description import (
    MOST,
    MOST_CURRENT_UA,
    DescriptionError,
    attached_to,
    is_current_needed,
    read_bank,
    shipped,
    unknown_current,
)
from spec.bank.outputs import Output
from spec.bank.receivers import RECEIVERS, Receiver
from spec.bank.table import microamperes
from spec.language.errors import did_you_mean

_CURRENT = re.compile(r"(\d+(?:\.\d+)?) ?(mA|A)")
_MA = {"mA": 1, "A": 1000}
_MOST_DIGITS = 18
_HELP_WIDTH = 76


class Model(click.ParamType[Battery]):
    """A battery by its name."""

    name = "MODEL"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Battery:
        """The battery of that name."""
        found = BATTERIES.get(str(value))
        if found is None:
            self.fail(f"there is no battery '{value}': {did_you_mean(str(value), BATTERIES)}")
        return found


class Received(click.ParamType[tuple[Receiver, int | None]]):
    """A receiver by its name, and its current where it is given."""

    name = "RECEIVER[=CURRENT]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Receiver, int | None]:
        """The receiver, and its current in microamperes."""
        name, is_given, written = str(value).partition("=")
        receiver = RECEIVERS.get(name)
        if receiver is None:
            self.fail(f"there is no receiver '{name}': {did_you_mean(name, RECEIVERS)}")
        if is_given:
            return receiver, self._current(written)
        if is_current_needed(receiver):
            message, way_out = unknown_current(receiver)
            self.fail(f"{message}: {way_out}, and write {name}=…mA")
        return receiver, None

    def _current(self, written: str) -> int:
        found = _CURRENT.fullmatch(written)
        given = None
        if found is not None and len(found[1]) <= _MOST_DIGITS:
            given = microamperes(Decimal(found[1]) * _MA[found[2]], MOST_CURRENT_UA)
        if given is None:
            self.fail(f"'{written}' is no current: write one such as 600mA or 0.6A")
        return given


_MODEL, _RECEIVED = Model(), Received()


_Given = tuple[tuple[Receiver, int | None], ...]


def _example(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(shipped().read_text(encoding="utf-8"), nl=False)
        context.exit()


def _listed(kind: str, names: Iterable[str]) -> str:
    # click would break a name at its hyphen.
    text = f"{kind}: {', '.join(names)}."
    return "\n\n\b\n" + textwrap.fill(text, _HELP_WIDTH, break_on_hyphens=False)


@click.command("bank", epilog=_listed("Batteries", BATTERIES) + _listed("Receivers", RECEIVERS))
@click.argument("path", metavar="[FILE]", required=False, type=arguments.FILE)
@click.option("--battery", type=_MODEL, help="Voltage and capacity: 12.8/330.")
@click.option(
    "--series", metavar="N", type=click.IntRange(1, MOST), help="Batteries in series, else 1."
)
@click.option(
    "--parallel", metavar="N", type=click.IntRange(1, MOST), help="Strings in parallel, else 1."
)
@click.option(
    "--system",
    "system_v",
    metavar="V",
    type=click.IntRange(1, MOST),
    help="Voltage of the system: 12, 24 or 48.",
)
@click.option(
    "--load-disconnect",
    "load",
    type=_RECEIVED,
    multiple=True,
    help="What hangs there, and what it takes: contactor=600mA. Once for each.",
)
@click.option(
    "--charge-disconnect", "charge", type=_RECEIVED, multiple=True, help="The same there."
)
@click.option("--pre-alarm", "alarm", type=_RECEIVED, multiple=True, help="The same there.")
@click.option("--json", "json_file", type=arguments.FILE, help="Write the assessment as JSON.")
@click.option(
    "--example",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_example,
    help="Write an example of FILE to standard output, and exit.",
)
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    battery: Battery | None,
    series: int | None,
    parallel: int | None,
    system_v: int | None,
    load: _Given,
    charge: _Given,
    alarm: _Given,
    json_file: Path | None,
) -> Status:
    """Say whether a bank of batteries is allowed on a smallBMS, and what it needs.

    FILE describes the bank as TOML; options describe a simple one. Without either, the example
    that this toolkit ships. The file of --json may be - for standard output.

    Exit status: 0 allowed (there may be warnings), 1 not allowed, 2 wrong use, or FILE describes
    no bank.
    """
    arguments.require_files(None, json_file)
    attached = {
        Output.LOAD_DISCONNECT: load, Output.CHARGE_DISCONNECT: charge, Output.PRE_ALARM: alarm
    }  # fmt: skip
    options = (battery, series, parallel, system_v)
    if any(each is not None for each in options) or any(attached.values()):
        if path is not None:
            raise click.UsageError("the bank is in FILE or in options, not in both")
        if battery is None or system_v is None:
            missing = "--battery" if battery is None else "--system"
            raise click.UsageError(f"{missing} is missing, or the FILE that says all of it")
        strings = Strings(battery, series or 1, parallel or 1)
        bank = Bank("", system_v, (strings,), tuple(_attached(attached)))
    else:
        path = shipped() if path is None else path
        if json_file is not None and _is_same(path, json_file):
            raise Refused(f"{json_file}: this is the description; it is not overwritten")
        try:
            bank = read_bank(path)
        except DescriptionError as error:
            click.echo("\n".join(map(printable, str(error).splitlines())), err=True)
            return Status.USAGE
    return _assessed(bank, path, json_file)


def _attached(given: Mapping[Output, _Given]) -> Iterator[Attached]:
    """What the options name, counted where it is the same."""
    for output, named in given.items():
        for (receiver, current_ua), count in Counter(named).items():
            yield attached_to(
                output,
                receiver,
                current_ua,
                count=count,
                label="",
                is_inductive=receiver.is_inductive,
            )


def _is_same(path: Path, other: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


def _assessed(bank: Bank, path: Path | None, json_file: Path | None) -> Status:
    assessment = assess(bank)
    status = Status.HOLDS if assessment.is_allowed else Status.FAILS
    if json_file is not None:
        # Loaded when asked for.
        from smallbms.presenters.bank_json import assessment_json  # noqa: PLC0415

        write({json_file: assessment_json(assessment, path, status)})
    text = assessment_text(assessment, path)
    click.echo(text, nl=False, err=json_file == STANDARD_OUTPUT)
    return status

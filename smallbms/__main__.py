"""The `smallbms` command.

A command's module is loaded when that command is run, not before: asking for help must be
instant, and a check must not wait for a solver to load.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

import click
from click.shell_completion import shell_complete

from smallbms.guard import guarded
from smallbms.presenters.lines import printable

NAME = "smallbms"
# What a command's module says of itself, said again here so that it need not be loaded for that.
COMMANDS = {
    "check": "Check that a specification is well formed: syntax, names, units, ranges.",
    "verify": "Prove every requirement of a specification, and put the sanity questions to it.",
    "faults": "Say which requirement survives which single fault.",
    "generate": "Write a specification as code, once all its requirements are proved.",
    "validate": "Prove that code does what its specification says, for all inputs and any memory.",
    "ci": "Prove the requirements, and that the generated code is up to date and equal to them.",
    "build": "Compile, link and seal a generated firmware for the Raspberry Pi Pico.",
    "monitor": "Watch a controller on a serial port, and judge the requirements on what it tells.",
    "bank": "Say whether a bank of batteries is allowed on a smallBMS, and what it needs.",
    "doctor": "Say what is installed, what is missing, and how to install it.",
}


class FrontDoor(click.Group):
    """A group whose commands are modules, and that ends in a status whatever happens."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded."""
        if cmd_name not in COMMANDS:
            # Loaded only to be helpful.
            from spec.language.errors import did_you_mean  # noqa: PLC0415

            ctx.fail(f"there is no command '{cmd_name}': {did_you_mean(cmd_name, COMMANDS)}")
        module = importlib.import_module(f"smallbms.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Run the command that `args` ask for, and exit with its status."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A unit or a path that the terminal cannot show must not end the command.
                stream.reconfigure(errors="replace")
        if asked := os.environ.get(f"_{NAME.upper()}_COMPLETE"):
            sys.exit(shell_complete(self, {}, NAME, f"_{NAME.upper()}_COMPLETE", asked))
        sys.exit(guarded(lambda: self._run(list(sys.argv[1:] if args is None else args))))

    def _run(self, arguments: list[str]) -> int:
        with self.make_context(NAME, arguments) as context:
            status: int = self.invoke(context)
            return status


def _say_version(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        # Loaded only for that: it takes longer than all of the rest.
        from smallbms.distribution import version  # noqa: PLC0415

        click.echo(f"{NAME} {printable(version())}")
        context.exit()


@click.group(NAME, cls=FrontDoor, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Formal specification and proof of small safety controllers.

    SPEC is the path of a machine text; without it, the smallBMS that this toolkit ships.

    Exit status: 0 everything holds, 1 violated or vacuous, 2 wrong use, 3 the specification has
    errors, 4 undecided within the limits, 70 a fault of this toolkit, 130 interrupted.
    """


if __name__ == "__main__":
    main()

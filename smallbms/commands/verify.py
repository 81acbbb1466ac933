"""`smallbms verify`: prove every requirement, and say what was assumed.

The words are chosen by the presenters; here are the options, the order of work and the status.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, require_directory, write
from smallbms.presenters.counterexample_files import counterexample_files
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.junit import report_junit
from smallbms.presenters.report_json import report_json
from smallbms.presenters.sarif import report_sarif
from smallbms.presenters.summary import report_lines
from smallbms.proving import status_of, verified
from smallbms.reading import read_specification
from smallbms.showing import show
from smallbms.status import Status
from spec.language.errors import did_you_mean
from spec.machine import Machine
from verify import prover

_FILE = "FILE"


@click.command("verify")
@arguments.specification
@click.option(
    "-r", "--requirement", "only", metavar="ID", multiple=True, help="Prove only this; repeatable."
)
@click.option("--json", "json_file", metavar=_FILE, type=arguments.FILE, help="Report as JSON.")
@click.option("--junit", metavar=_FILE, type=arguments.FILE, help="Report as JUnit XML.")
@click.option("--sarif", metavar=_FILE, type=arguments.FILE, help="Report as SARIF 2.1.0.")
@click.option(
    "--certificates",
    metavar="DIR",
    type=arguments.DIRECTORY,
    help="Write what proves each requirement, as SMT-LIB 2.",
)
@click.option(
    "--traces",
    metavar="DIR",
    type=arguments.DIRECTORY,
    help="Write each counterexample as ITF, VCD, table and pytest file.",
)
@arguments.timeout
@arguments.jobs
@click.option(
    "--recheck",
    is_flag=True,
    help="Say PROVED only of what a second solver accepts too.",
)
def command(  # noqa: PLR0913, PLR0917
    path: Path | None,
    only: tuple[str, ...],
    json_file: Path | None,
    junit: Path | None,
    sarif: Path | None,
    certificates: Path | None,
    traces: Path | None,
    timeout: float,
    jobs: int,
    recheck: bool,
) -> Status:
    """Prove every requirement of a specification, and put the sanity questions to it.

    Without SPEC, the smallBMS that this toolkit ships. FILE may be - for standard output; the
    table then goes to standard error.

    Exit status: 0 everything holds, 1 violated or vacuous, 2 wrong use, 3 the specification has
    errors, 4 undecided within the limits.
    """
    arguments.require_files(path, json_file, junit, sarif)
    for directory in (certificates, traces):
        if directory is not None:
            require_directory(directory)
    reading = read_specification(path)
    click.echo(diagnostics_text(reading), nl=False, err=True)
    report, status = None, Status.SPECIFICATION
    if reading.machine is not None:
        asked = _asked_for(reading.machine, only)
        options = prover.Options(asked, timeout, jobs, recheck, certificates)
        report = verified(reading.machine, options)
        status = status_of(report)
    files = {}
    if json_file is not None:
        files[json_file] = report_json(reading, report, status)
    if junit is not None:
        files[junit] = report_junit(reading, report)
    if sarif is not None:
        files[sarif] = report_sarif(reading, report, status)
    if traces is not None and report is not None:
        files |= counterexample_files(report, traces)
    write(files, [] if traces is None or report is None else [traces])
    if report is not None:
        show(partial(report_lines, report), err=STANDARD_OUTPUT in files)
    return status


def _asked_for(machine: Machine, only: tuple[str, ...]) -> tuple[str, ...]:
    known = [each.id for each in machine.requirements]
    for name in only:
        if name not in known:
            same = [each for each in known if each.casefold() == name.casefold()]
            hint = did_you_mean(same[0] if same else name, known)
            raise click.UsageError(f"there is no requirement '{name}': {hint}")
    return tuple(name for name in known if name in only)

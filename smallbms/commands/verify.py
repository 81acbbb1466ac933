"""`smallbms verify`: prove every requirement, and say what was assumed.

The words are chosen by the presenters; here are the options, the order of work and the status.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, require_directory, write
from smallbms.presenters.counterexample_files import counterexample_files
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.junit import report_junit
from smallbms.presenters.report_json import report_json
from smallbms.presenters.sarif import report_sarif
from smallbms.presenters.text import report_text
from smallbms.reading import read_specification
from smallbms.refusal import Refused
from smallbms.status import Status
from spec.language.errors import did_you_mean
from spec.machine import Machine
from verify import prover
from verify.verdict import Report, Sanity, Verdict

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
@click.option(
    "--timeout",
    type=arguments.Seconds(),
    default=60.0,
    show_default=True,
    help="Time for the whole run; what is not decided then is UNKNOWN.",
)
@click.option(
    "--jobs", metavar="N", type=click.IntRange(min=1), default=2, show_default=True,
    help="Processes to use.",
)  # fmt: skip
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
        report = _verified(reading.machine, options)
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
        _show(report, err=STANDARD_OUTPUT in files)
    return status


def _asked_for(machine: Machine, only: tuple[str, ...]) -> tuple[str, ...]:
    known = [each.id for each in machine.requirements]
    for name in only:
        if name not in known:
            same = [each for each in known if each.casefold() == name.casefold()]
            hint = did_you_mean(same[0] if same else name, known)
            raise click.UsageError(f"there is no requirement '{name}': {hint}")
    return tuple(name for name in known if name in only)


def _verified(machine: Machine, options: prover.Options) -> Report:
    # A run is short and its garbage has no cycles: looking for some takes a tenth of its time.
    gc.disable()
    try:
        with _progress() as progress:
            return prover.verify(machine, options=options, progress=progress)
    except prover.VerificationError as error:
        raise Refused(str(error), error.way_out) from None
    finally:
        gc.enable()


@contextmanager
def _progress() -> Iterator[Callable[[prover.Progress], None]]:
    if not _is_terminal(sys.stderr):
        yield lambda _: None
        return
    # Loaded where there is a terminal to show it on.
    from smallbms.presenters.terminal import progress_bar  # noqa: PLC0415

    with progress_bar(sys.stderr) as advance:
        yield lambda now: advance(now.done, now.total, now.doing)


def _show(report: Report, *, err: bool) -> None:
    stream = sys.stderr if err else sys.stdout
    if _is_terminal(stream):
        from smallbms.presenters.terminal import show_report  # noqa: PLC0415

        show_report(report, stream)
    else:
        click.echo(report_text(report), nl=False, err=err)


def _is_terminal(stream: object) -> bool:
    return isatty() if (isatty := getattr(stream, "isatty", None)) else False


def status_of(report: Report) -> Status:
    """What `report` says to the shell; a failure counts more than what is undecided."""
    verdicts = {each.verdict for result in report.requirements for each in result.properties}
    undecided = [each for each in report.findings if each.kind is Sanity.UNDECIDED]
    faults = [each for each in report.findings if each.fails and each not in undecided]
    if faults or verdicts & {Verdict.VIOLATED, Verdict.VACUOUS}:
        return Status.FAILS
    if undecided or Verdict.UNKNOWN in verdicts:
        return Status.UNDECIDED
    return Status.HOLDS

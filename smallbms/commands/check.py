"""`smallbms check`: is the text well formed? Nothing is proved here, and z3 is not loaded."""

from __future__ import annotations

from pathlib import Path

import click

from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT, write
from smallbms.presenters.diagnostics import check_text
from smallbms.reading import Reading, read_specification
from smallbms.status import Status


@click.command("check")
@arguments.specification
@click.option("--json", "json_file", type=arguments.FILE, help="Write the findings as JSON.")
@click.option("--sarif", "sarif_file", type=arguments.FILE, help="Write the findings as SARIF.")
def command(path: Path | None, json_file: Path | None, sarif_file: Path | None) -> Status:
    """Check that a specification is well formed: syntax, names, units, ranges.

    Without SPEC, the smallBMS that this toolkit ships. FILE may be - for standard output.

    Exit status: 0 well formed (there may be warnings), 2 wrong use, 3 the specification has
    errors.
    """
    arguments.require_files(path, json_file, sarif_file)
    reading = read_specification(path)
    status = Status.SPECIFICATION if reading.machine is None else Status.HOLDS
    write(_files(reading, status, json_file, sarif_file))
    click.echo(check_text(reading), nl=False, err=STANDARD_OUTPUT in (json_file, sarif_file))
    return status


def _files(
    reading: Reading, status: Status, json_file: Path | None, sarif_file: Path | None
) -> dict[Path, bytes]:
    files = {}
    if json_file is not None:
        # Loaded when asked for: a check is run on every save.
        from smallbms.presenters.report_json import check_json  # noqa: PLC0415

        files[json_file] = check_json(reading, status)
    if sarif_file is not None:
        from smallbms.presenters.sarif import check_sarif  # noqa: PLC0415

        files[sarif_file] = check_sarif(reading, status)
    return files

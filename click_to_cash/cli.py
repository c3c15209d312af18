"""The command line: `c2c doctor` says what raw data lacks, `c2c build` builds and
publishes, `c2c check` runs a gate, `c2c report` shows the result, `c2c diff` what
changed between two, `c2c csv` hands a table to a spreadsheet, `c2c plot` draws
pictures, `c2c replay` builds the past, `c2c export` tells ad platforms what their
clicks were worth, `c2c simulate` makes raw data.

SQL does the arithmetic; this module asks, formats and says clearly what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from click_to_cash import diff as diffing
from click_to_cash import diff_markdown, spreadsheet
from click_to_cash import report as reporting
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.settings import published_path
from click_to_cash.simulate import simulate as simulate_world
from click_to_cash.simulate.loaders import SETTINGS
from click_to_cash.steps import Step

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Click to Cash: what did each ad click turn out to be worth?",
)


exports_app = typer.Typer(invoke_without_command=True)
app.add_typer(exports_app, name="export")


class FileFormat(StrEnum):
    """Formats of the raw files that `simulate` writes."""

    CSV = "csv"
    PARQUET = "parquet"


class Layout(StrEnum):
    """Shapes of the raw tables that `simulate` writes."""

    STANDARD = "standard"
    FIVETRAN = "fivetran"


class GateName(StrEnum):
    """The gates that `check` can run."""

    RAW = "raw"
    MARTS = "marts"


Now = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="Day of the check; default the data's newest."
    ),
]


Moment = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
        help="Time of judging, UTC; default the clock.",
    ),
]


def fail(message: str) -> typer.Exit:
    """One line on stderr; the caller raises what this returns, which exits with 1."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(message)}")
    return typer.Exit(1)


@contextmanager
def clear() -> Iterator[None]:
    """What fails says so in a line."""
    try:
        yield
    except ClickToCashError as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(explain(str(error))) from None


@contextmanager
def private() -> Iterator[None]:
    """What is written is readable by its owner alone; what fails says so in a line."""
    os.umask(0o077)
    with clear():
        if not Path("dbt_project.yml").exists():
            raise ClickToCashError("no dbt_project.yml here: run c2c in its folder")
        yield


@app.command()
def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object with the same facts.")
    ] = False,
) -> None:
    """Say what each connector delivers, what is wrong with it and what to fix first."""
    with private():
        from click_to_cash.doctor import doctor as examining
        from click_to_cash.doctor import shown
        from click_to_cash.progress import Terminal

        terminal = Terminal(Console(stderr=True, quiet=as_json))
        try:
            found = examining.examine(terminal.begin, terminal.advance)
        except BaseException:
            terminal.finish("failed")
            raise
        terminal.finish()
        if as_json:
            typer.echo(shown.as_json(found))
        else:
            Console(highlight=False).print(shown.render(found))


@app.command()
def build(
    only: Annotated[
        list[Step] | None,
        typer.Option(help="Only this step; may be given several times."),
    ] = None,
    skip_checks: Annotated[
        bool, typer.Option(help="Publish without the gates; recorded in _published.")
    ] = False,
    now: Now = None,
) -> None:
    """Check the raw data, build the models, check the marts, publish them for BI."""
    with private():
        # Great Expectations takes seconds to load; the other commands need not pay.
        from click_to_cash import build as building
        from click_to_cash.progress import Terminal

        checks = {Step.CHECK_RAW, Step.CHECK_MARTS} if skip_checks else set()
        steps = [step for step in Step if step in (only or Step) and step not in checks]
        terminal = Terminal(wide())
        try:
            published = building.build(steps, terminal.listener, _day(now))
        except BaseException:
            terminal.finish("failed")
            raise
        if published:
            rows = sum(published.row_counts.values())
            terminal.note(
                f"{len(published.row_counts)} tables, {rows:,} rows in {published.path}"
            )
        terminal.finish()


@app.command()
def replay(
    again: Annotated[
        bool,
        typer.Option(help="Build all month ends, not only those that are missing."),
    ] = False,
) -> None:
    """Build what was believed at the end of each past month, for roas_restatements."""
    with private():
        from click_to_cash import replay as replaying
        from click_to_cash.progress import Terminal

        terminal = Terminal(wide())
        listener = replaying.Listener(terminal.begin, terminal.advance)
        try:
            replayed = replaying.replay(listener, again)
        except BaseException:
            terminal.finish("failed")
            raise
        built = len(replayed.built)
        terminal.note(
            f"{built} month ends built, {replayed.kept_count} in {replayed.folder}"
            + ("; the next build reads them" if built else "")
        )
        terminal.finish()


@exports_app.callback()
def export(
    context: typer.Context,
    destination: Annotated[
        list[str] | None,
        typer.Option(help="Only this one; may be given several times."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write the files to; without it nothing is written."
        ),
    ] = None,
    now: Moment = None,
) -> None:
    """Show what is ready for the ad platforms and why the rest is not; --out writes."""
    if context.invoked_subcommand:
        return
    with private():
        from click_to_cash.exports import export as exporting
        from click_to_cash.exports import shown
        from click_to_cash.progress import Terminal

        terminal = Terminal(wide())
        try:
            counted, exported = exporting.export(
                destination or [], out, _moment(now), terminal.begin
            )
        except BaseException:
            terminal.finish("failed")
            raise
        terminal.finish()
        wide().print(shown.table(counted))
        for line in shown.lines(exported, out):
            wide().print(escape(line))
        if exported.malformed:
            raise ClickToCashError(
                f"{len(exported.malformed)} events are not as their platform wants them"
                " and were left out: see above"
            )


@exports_app.command()
def confirm(
    batch: Annotated[str, typer.Argument(help="Name of the batch: its file's, bare.")],
    results: Annotated[
        Path | None, typer.Option(help="The platform's answer, as it came.")
    ] = None,
    not_uploaded: Annotated[
        bool,
        typer.Option(
            "--not-uploaded", help="Nothing of it was uploaded: all may be sent again."
        ),
    ] = False,
    now: Moment = None,
) -> None:
    """Mark what a platform has accepted or refused of a batch."""
    with private():
        from click_to_cash.exports import export as exporting

        if not_uploaded == bool(results):
            raise ClickToCashError("give either --results FILE or --not-uploaded")
        accepted, refused = exporting.confirm(batch, results, _moment(now))
    told = f"{accepted:,} accepted, {refused:,} refused; the next build counts them"
    Console(soft_wrap=True).print(escape(f"{batch}: {told}"))


@app.command()
def check(
    gate: Annotated[GateName, typer.Argument(help="The gate to run.")],
    now: Now = None,
) -> None:
    """Judge the raw tables, or the marts of the last build; exit code 1 on an alarm."""
    with private():
        from click_to_cash import build as building
        from click_to_cash import progress

        inspection = building.check(gate.value, _day(now))
        console = wide()
        console.print(progress.checks(inspection))
        console.print(progress.summary(inspection))
        console.print(f"Data Docs: {building.data_docs()}/{gate.value}.html")
        if not inspection.is_passed:
            console.print(progress.alarms(inspection))
            raise building.GateClosed(inspection)


def wide() -> Console:
    """Standard output; a pipe has no width of its own, and the tables need some."""
    console = Console(soft_wrap=True)
    return Console(width=max(console.width, reporting.WIDTH), soft_wrap=True)


def _moment(now: datetime | None) -> datetime:
    return now or datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _day(now: datetime | None) -> date | None:
    return now.date() if now else None


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write the raw tables to.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 20,
    days: Annotated[int, typer.Option(help="Days of ad clicks.", min=1)] = 365,
    clicks: Annotated[int, typer.Option(help="Ad clicks in all.", min=1)] = 4000,
    start_date: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")
    ] = datetime(2025, 1, 1),
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="csv, or parquet for large worlds.")
    ] = FileFormat.CSV,
    layout: Annotated[
        Layout, typer.Option(help="The standard layout, or as loaders land it.")
    ] = Layout.STANDARD,
) -> None:
    """Write a believable business of both lines as raw tables, with its answer key."""
    day = date(start_date.year, start_date.month, start_date.day)
    try:
        simulate_world(
            out,
            seed=seed,
            days=days,
            clicks=clicks,
            file_format=file_format.value,
            start_date=day,
            layout=layout.value,
        )
    except (OSError, ValueError, OverflowError) as error:
        raise fail(str(error)) from None
    made = f"{clicks:,} clicks over {days} days from {day} are in {out}"
    if layout is Layout.FIVETRAN:
        settings = SETTINGS | {
            "raw_location": str(out),
            "duckdb_path": f"build/{out.resolve().name}.duckdb",
            "published_path": f"build/{out.resolve().name}_published.duckdb",
        }
        named = [
            f"export C2C_{name.upper()}={value}" for name, value in settings.items()
        ]
        made = "\n".join([f"{made}; to build them:", *named])
    Console(soft_wrap=True).print(escape(made))


@app.command()
def report(
    database: Annotated[
        Path | None,
        typer.Option(help="DuckDB file; default is what was published last."),
    ] = None,
) -> None:
    """Print ROAS of both lines side by side from the last publication."""
    path = database or published_path()
    with clear():
        found = reporting.read(path)
    wide().print(reporting.render(found))


@app.command()
def diff(
    base: Annotated[Path, typer.Argument(help="DuckDB file of the build before.")],
    head: Annotated[Path, typer.Argument(help="DuckDB file of the build after.")],
) -> None:
    """Print as Markdown what changed in the marts and exports between two builds."""
    with clear():
        typer.echo(diff_markdown.render(diffing.compare(base, head)), nl=False)


@app.command()
def csv(
    mart: Annotated[str, typer.Argument(help="Name of a table of schema marts.")],
    out: Annotated[Path, typer.Option(help="File to write, for its owner alone.")],
    database: Annotated[
        Path | None,
        typer.Option(help="DuckDB file; default is what was published last."),
    ] = None,
) -> None:
    """Write one mart as a CSV file that is safe to open in a spreadsheet."""
    with clear():
        count = spreadsheet.write(mart, out, database or published_path())
    Console(soft_wrap=True).print(escape(f"{count:,} rows of {mart} are in {out}"))


@app.command()
def plot(
    out: Annotated[Path, typer.Option(help="Folder to write the pictures to.")] = Path(
        "build/plots"
    ),
    database: Annotated[
        Path | None,
        typer.Option(help="DuckDB file; default is what was published last."),
    ] = None,
) -> None:
    """Draw the marts as SVG and PNG: when value is seen, and what leads are worth."""
    with clear():
        # Altair takes seconds to load; the other commands need not pay.
        from click_to_cash.plots.write import write

        console = Console(soft_wrap=True)
        for line in write(out, database or published_path()):
            console.print(escape(line))


if __name__ == "__main__":
    app()

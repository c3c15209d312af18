"""The command line: `c2c simulate` makes raw data, `c2c report` shows the result,
`c2c csv` hands a table to a spreadsheet.

SQL does the arithmetic; this module asks, formats and says clearly what is wrong.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from click_to_cash import report as reporting
from click_to_cash import spreadsheet
from click_to_cash.simulate import simulate as simulate_world

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Click to Cash: what did each ad click turn out to be worth?",
)


class FileFormat(StrEnum):
    """Formats of the raw files that `simulate` writes."""

    CSV = "csv"
    PARQUET = "parquet"


def fail(message: str) -> typer.Exit:
    """One line on stderr; the caller raises what this returns, which exits with 1."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(message)}")
    return typer.Exit(1)


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
        )
    except (OSError, ValueError, OverflowError) as error:
        raise fail(str(error)) from None
    made = f"{clicks:,} clicks over {days} days from {day} are in {out}"
    Console(soft_wrap=True).print(escape(made))


@app.command()
def report(
    database: Annotated[
        Path | None,
        typer.Option(
            help="DuckDB file; default C2C_DUCKDB_PATH, then the build's own."
        ),
    ] = None,
) -> None:
    """Print ROAS of both lines side by side from the last build."""
    path = database or Path(
        os.environ.get("C2C_DUCKDB_PATH", "build/click_to_cash.duckdb")
    )
    try:
        found = reporting.read(path)
    except reporting.ReportError as error:
        raise fail(str(error)) from None
    console = Console()
    # A pipe has no width of its own; the tables need this much.
    wide = Console(width=max(console.width, reporting.WIDTH))
    wide.print(reporting.render(found))


@app.command()
def csv(
    mart: Annotated[str, typer.Argument(help="Name of a table of schema marts.")],
    out: Annotated[Path, typer.Option(help="File to write, for its owner alone.")],
    database: Annotated[
        Path | None,
        typer.Option(
            help="DuckDB file; default C2C_DUCKDB_PATH, then the build's own."
        ),
    ] = None,
) -> None:
    """Write one mart as a CSV file that is safe to open in a spreadsheet."""
    path = database or Path(
        os.environ.get("C2C_DUCKDB_PATH", "build/click_to_cash.duckdb")
    )
    try:
        count = spreadsheet.write(mart, out, path)
    except spreadsheet.SpreadsheetError as error:
        raise fail(str(error)) from None
    Console(soft_wrap=True).print(escape(f"{count:,} rows of {mart} are in {out}"))


if __name__ == "__main__":
    app()

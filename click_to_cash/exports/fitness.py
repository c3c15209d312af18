"""Which builds must not be exported: half, unchecked, or of another log than theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.exports import log
from click_to_cash.settings import database_path, export_log_path, setting

BUILT = """
select
    exists (from raw._unfinished_runs),
    exists (from raw._closed_gates),
    build_info.reporting_currency,
    built_from.settings ->> '$.raw_location',
    build_info.as_of,
    build_info.observed_at
from marts.build_info
cross join history.built_from
"""
GONE = """
select count(*) filter (where conversions.conversion_id is null), count(*)
from intermediate.int_transactions_told as told
left join intermediate.int_conversions as conversions
    on
        told.conversion_type = conversions.conversion_type
        and told.conversion_id = conversions.conversion_id
where told.is_open and told.is_last
"""
# So many may be tests, or rejected after all.
FEW_GONE = 10


@dataclass(frozen=True)
class Built:
    """What a build is made of, and up to when it has seen."""

    reporting_currency: str
    raw_location: str
    as_of: datetime | None
    observed_at: datetime | None


def refuse_unfit(now: datetime) -> None:
    """What must not be exported: half a build, another one, or one of another time."""
    built = read_built(database_path())
    for name, value in (
        ("reporting_currency", built.reporting_currency),
        ("raw_location", built.raw_location),
    ):
        if value != setting(name):
            raise ClickToCashError(
                f"{database_path()} was built with {name} {value}, not {setting(name)}:"
                f" set C2C_{name.upper()}, or run `c2c build`"
            )
    if built.as_of:
        raise ClickToCashError(
            f"{database_path()} was built as of {built.as_of}: platforms are told of"
            " the present"
        )
    if built.observed_at and now < built.observed_at:
        raise ClickToCashError(
            f"{now} is before {built.observed_at}, the newest that the build has seen:"
            " give a later --now"
        )
    told_at, told_in = log.last_logged(export_log_path())
    if told_at and now <= told_at:
        raise ClickToCashError(
            f"the export log was written at {told_at}, not before {now}: set the clock,"
            " or give a later --now"
        )
    if told_in - {built.reporting_currency}:
        raise ClickToCashError(
            f"platforms were told in {', '.join(sorted(told_in))}, not in"
            f" {built.reporting_currency}: begin another log with C2C_EXPORT_LOG_PATH,"
            " and other conversion names"
        )


def read_built(database: Path) -> Built:
    """What the last build is made of; ClickToCashError if it is not to be exported."""
    if not database.exists():
        raise ClickToCashError(f"no database at {database}: run `c2c build`")
    try:
        with connect(database, read_only=True) as connection:
            is_unfinished, is_closed, *built = (
                connection.execute(BUILT).fetchone() or ()
            )
    except duckdb.CatalogException:
        raise ClickToCashError(
            f"{database} holds no finished build: run `c2c build`"
        ) from None
    except duckdb.Error as error:
        raise ClickToCashError(explain(str(error))) from None
    if is_unfinished:
        raise ClickToCashError(
            f"the last build of {database} failed, was stopped or was of a few models:"
            " run `c2c build`"
        )
    if is_closed:
        raise ClickToCashError(
            f"the marts of {database} have not passed their gate since they were built:"
            " run `c2c check marts`; docs/runbooks/gates.md tells more of its alarms"
        )
    return Built(*built)


def refuse_strangers(connection: duckdb.DuckDBPyConnection) -> None:
    """What the build lacks would be taken back where it was told: not if it is much."""
    gone, told = connection.execute(GONE).fetchone() or (0, 0)
    if gone > FEW_GONE and gone > told / 10:
        raise ClickToCashError(
            f"{gone:,} of {told:,} conversions that platforms were told of are not in"
            f" {database_path()}: is it built of other raw tables than the log"
            f" {export_log_path()} is of?"
        )

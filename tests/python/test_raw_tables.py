"""The contract of docs/standard-layout.md with whoever delivers files, by dbt runs.

A file that is read otherwise than its owner wrote it moves numbers without any error; a
file that cannot be read must say so in one line.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warehouse import PROJECT, rows, run_dbt

from click_to_cash.simulate import simulate

LAYOUT_PAGE = (PROJECT / "docs/standard-layout.md").read_text("utf-8")
Lines = Sequence[Mapping[str, "str | None"]]
# Empty until past months are replayed, and until clicks and form fills are old enough.
REPLAYED = {"projection_backtest", "roas_restatements"}
GROWN = {"days_to_value", "visibility_by_click_age", "lead_score_calibration"}


@dataclass(frozen=True)
class Workshop:
    """One dbt folder for the module: the project is parsed once, not for each test."""

    folder: Path

    def dbt(
        self, *arguments: str, raw: Path, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return run_dbt(
            *arguments, folder=self.folder, raw_location=str(raw), **settings
        )

    def built(self, *arguments: str, raw: Path) -> duckdb.DuckDBPyConnection:
        """The database that a dbt command, which must succeed, makes of the files."""
        database = self.folder / "click_to_cash.duckdb"
        database.unlink(missing_ok=True)
        result = self.dbt(*arguments, raw=raw)
        assert result.returncode == 0, result.stdout + result.stderr
        # Not by the name of a schema, which its views could not be told from.
        kept = raw.with_name(f"{raw.name}_built.duckdb")
        shutil.move(database, kept)
        return duckdb.connect(str(kept), read_only=True)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("raw_tables"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def write_parquet(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def tables_of(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables"
        " where table_schema = ? order by table_name",
        [schema],
    ).fetchall()
    return [f"{schema}.{name}" for (name,) in found]


def count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (found,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    return int(found)


# The same tables in every form.


def lines_of(path: Path) -> Lines:
    """The rows of a CSV file as dicts of text; blank is None."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: value or None for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def with_times(lines: Lines) -> pa.Table:
    """Lines as a table whose times are times, where each of a column is one."""
    table = pa.Table.from_pylist(lines)
    for place, name in enumerate(table.column_names):
        if name.endswith("_at"):
            texts = table[name].to_pylist()
            with suppress(ValueError):
                times = [text and dt.datetime.fromisoformat(text) for text in texts]
                form = pa.timestamp("us")
                table = table.set_column(place, name, pa.array(times, form))
    return table


def write_parts(folder: Path, lines: Lines) -> None:
    """Two Parquet parts, the first without the column loaded_at, blank in its rows."""
    undated = [
        {name: value for name, value in line.items() if name != "loaded_at"}
        for line in lines
        if line["loaded_at"] is None
    ]
    dated = [line for line in lines if line["loaded_at"] is not None]
    write_parquet(folder / "part-1.parquet", with_times(undated))
    write_parquet(folder / "part-2.parquet", with_times(dated))


def as_parquet(source: Path, target: Path) -> tuple[int, int]:
    """Write a folder of CSV as Parquet; tables in one file, tables in parts."""
    files = parts = 0
    for path in sorted(source.glob("*.csv")):
        lines = lines_of(path)
        if any(line.get("loaded_at", "") is None for line in lines):
            write_parts(target / path.stem, lines)
            parts += 1
        else:
            write_parquet(target / f"{path.stem}.parquet", with_times(lines))
            files += 1
    return files, parts


def test_csv_parquet_and_parts_give_the_same_marts(
    workshop: Workshop, tmp_path: Path
) -> None:
    """Who moves from CSV to Parquet, with times as times, must see no number move."""
    in_csv = tmp_path / "csv"
    # Names that SQL and DuckDB could take for a quote and for a column.
    in_parquet = tmp_path / "owner's" / "platform=all"
    simulate(in_csv, seed=3, days=90, clicks=600)
    files, parts = as_parquet(in_csv, in_parquet)
    assert files > 3
    assert parts > 3
    build = "build", "--exclude-resource-type", "unit_test", "test"
    with (
        workshop.built(*build, raw=in_csv) as one,
        workshop.built(*build, raw=in_parquet) as other,
    ):
        marts = tables_of(one, "marts")
        assert tables_of(other, "marts") == marts
        assert len(marts) > 15
        for mart in marts:
            query = f"select * from {mart} order by all"
            assert one.execute(query).fetchall() == other.execute(query).fetchall()
        empty = {mart for mart in marts if count(one, mart) == 0}
        assert empty == {f"marts.{mart}" for mart in REPLAYED}


# Odd files and native types, read in one run.


@pytest.fixture(scope="module")
def odd(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """Staging of tables that are hard to read: see the functions below."""
    raw = tmp_path_factory.mktemp("odd") / "raw"
    write_odd_csv(raw)
    write_native_parquet(raw)
    models = ("products", "deal_stages", "orders", "ad_spend", "fx_rates")
    return workshop.built("run", "-s", *(f"stg_standard__{m}" for m in models), raw=raw)


def write_odd_csv(raw: Path) -> None:
    """A byte order mark, CRLF, and values that hold what separates values."""
    write(
        raw / "products.csv",
        "\ufeffproduct_id,product_name,category,brand,unit_cost\r\n"
        '"desk, oak","12"" desk","line one\nline two",007,1.50\r\n'
        "# 2, a chair ,,,\r\n",
    )
    write(raw / "deal_stages.csv", "stage,position,is_won,is_lost,colour\n")


def write_native_parquet(raw: Path) -> None:
    """Tables as a warehouse would unload them, no column as text but names."""
    noon = dt.datetime(2025, 7, 1, 12, 0, 0, 250_000)
    midnight = dt.datetime(2025, 7, 1)
    in_new_york = pa.timestamp("us", tz="America/New_York")
    orders = {
        "order_id": pa.array([7, 100], pa.int64()),
        "customer_id": pa.array([30, None], pa.float64()),
        "ordered_at": pa.array([noon, midnight], in_new_york),
        "currency_code": pa.array(["usd", "usd"]).dictionary_encode(),
        "discount_amount": pa.array([1e-5, 12.0], pa.float64()),
        "tax_amount": pa.array([Decimal("10.5"), 0], pa.decimal128(10, 4)),
        "shipping_amount": pa.array([0.1, 200.0], pa.float32()),
        "visitor_id": pa.array([None, None], pa.null()),
        "cancelled_at": pa.array([None, noon], pa.timestamp("ns")),
        "is_test": pa.array([True, False], pa.bool_()),
        "loaded_at": pa.array([dt.date(2025, 7, 2), None], pa.date32()),
    }
    ad_spend = {
        "platform": ["google_ads"] * 3,
        "account_id": pa.array([Decimal(120)] * 3, pa.decimal128(12, 2)),
        "campaign_id": pa.array([10, 20, 30], pa.int32()),
        "spend_date": pa.array([midnight, midnight, noon], pa.timestamp("us")),
        "cost": pa.array([-100.0, 0.0, 1.0], pa.float64()),
    }
    fx_rates = {
        "rate_date": pa.array([midnight], pa.timestamp("us", tz="UTC")),
        "from_currency_code": ["EUR"],
        "to_currency_code": ["USD"],
        "rate": pa.array([0.000012], pa.float64()),
    }
    write_parquet(raw / "orders.parquet", pa.table(orders))
    write_parquet(raw / "ad_spend.parquet", pa.table(ad_spend))
    write_parquet(raw / "fx_rates.parquet", pa.table(fx_rates))


def test_csv_with_a_mark_crlf_and_quoted_separators_is_read(
    odd: duckdb.DuckDBPyConnection,
) -> None:
    """A mark left in the header would make the first column, the key, a missing one."""
    assert odd.execute("""
        select product_id, product_name, category, brand, unit_cost
        from staging.stg_standard__products
        order by unit_cost
    """).fetchall() == [
        ("desk, oak", '12" desk', "line one\nline two", "007", Decimal("1.500000")),
        ("# 2", "a chair", None, None, None),
    ]


def test_a_table_of_nothing_but_its_header_is_empty(
    odd: duckdb.DuckDBPyConnection,
) -> None:
    """A firm without stages yet must not wait for the first one to build."""
    assert count(odd, "staging.stg_standard__deal_stages") == 0


def test_native_parquet_values_count_as_what_they_are(
    odd: duckdb.DuckDBPyConnection,
) -> None:
    """Read as text, 1e-5 would be unreadable, and key 7.0 would join no 7."""
    noon = dt.datetime(2025, 7, 1, 12, 0, 0, 250_000)
    found = rows(odd, "from staging.stg_standard__orders order by length(order_id)")
    wanted = {
        "order_id": ["7", "100"],
        "customer_id": ["30", None],
        "ordered_at": [noon, dt.datetime(2025, 7, 1)],
        "currency_code": ["USD", "USD"],
        "discount_amount": [Decimal("0.000010"), Decimal(12)],
        "tax_amount": [Decimal("10.5"), Decimal(0)],
        "shipping_amount": [Decimal("0.1"), Decimal(200)],
        "visitor_id": [None, None],
        "cancelled_at": [None, noon],
        "is_test": [True, False],
        "loaded_at": [dt.datetime(2025, 7, 2), None],
        "standing": ["in_force", "in_force"],
    }
    assert {name: [row[name] for row in found] for name in wanted} == wanted


def test_a_native_timestamp_is_a_date_only_at_midnight(
    odd: duckdb.DuckDBPyConnection,
) -> None:
    """Any other time of day hides whose midnight the day ends at."""
    assert odd.execute("""
        select account_id, campaign_id, spend_date, cost, own_issue
        from staging.stg_standard__ad_spend
        order by campaign_id
    """).fetchall() == [
        ("120", "10", dt.date(2025, 7, 1), Decimal(-100), None),
        ("120", "20", dt.date(2025, 7, 1), Decimal(0), None),
        ("120", "30", None, Decimal(1), "unreadable"),
    ]
    assert odd.execute("""
        select rate_date, rate, own_issue from staging.stg_standard__fx_rates
    """).fetchall() == [(dt.date(2025, 7, 1), Decimal("0.0000120000"), None)]


# One line alone, as docs/standard-layout.md tells it.


def examples(heading: str) -> tuple[dict[str, str], dict[str, Decimal]]:
    """The files of a chapter of the page by name, and the numbers it says come out."""
    chapter = LAYOUT_PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    files = re.findall(r"^`(\w+\.csv)`\n\n((?:    .*\n)+)", chapter, re.MULTILINE)
    outcome = chapter.partition("There is one row")[2]
    numbers = re.findall(r"`(\w+)`\s+(\d+(?:\.\d+)?)", outcome)
    return (
        {name: re.sub(r"^    ", "", text, flags=re.MULTILINE) for name, text in files},
        {name: Decimal(number) for name, number in numbers},
    )


@pytest.mark.parametrize(
    ("heading", "file_count", "empty_marts"),
    [
        (
            "Five minutes: a shop",
            6,
            {"deal_stage_periods", "deals", "form_fills", "funnel_by_campaign_month"}
            | {"products", "roas_by_product_month", "value_by_click_age"}
            | {"lead_scores", "lead_score_models"},
        ),
        (
            "Five minutes: a lead-gen firm",
            8,
            {"orders", "products", "roas_by_product_month"},
        ),
    ],
)
def test_one_line_alone_builds_as_the_page_says(
    workshop: Workshop,
    tmp_path: Path,
    heading: str,
    file_count: int,
    empty_marts: set[str],
) -> None:
    """Who has no CRM, or no shop, must not be stopped by a table or a test about it."""
    raw = tmp_path / "raw"
    files, numbers = examples(heading)
    assert len(files) == file_count
    assert len(numbers) == 5
    for name, text in files.items():
        write(raw / name, text)
    with workshop.built("build", "--exclude-resource-type", "unit_test", raw=raw) as db:
        marts = tables_of(db, "marts")
        empty = {mart for mart in marts if count(db, mart) == 0}
        expected = {"data_issues"} | empty_marts | REPLAYED | GROWN
        assert empty == {f"marts.{name}" for name in expected}
        (row,) = rows(db, "from marts.roas_by_campaign_day")
        assert {name: row[name] for name in numbers} == numbers
        accounts = rows(db, "from marts.raw_row_accounts where delivered_row_count > 0")
        assert {f"{a['table_name']}.csv" for a in accounts} == files.keys()


# What stops a build.

ORDERS = "order_id,ordered_at,currency_code\no1,2025-07-01,USD\n"


@pytest.mark.parametrize(
    ("files", "settings", "line"),
    [
        pytest.param(
            {"orders.csv": ORDERS.replace("ordered_at", "Ordered_At")},
            {},
            "Table orders in /data/shop lacks the required column ordered_at: add it"
            " (header in lower case, see docs/standard-layout.md) or remove the table",
            id="a required column is missing, for its header is in capitals",
        ),
        pytest.param(
            {"orders.csv": ORDERS, "orders/part.parquet": ""},
            {},
            "Table orders lies in /data/shop in more than one format: keep one of"
            " orders.parquet, orders.csv and the folder orders/",
            id="two forms of one table",
        ),
        pytest.param(
            {"order.csv": ORDERS, "refunds/readme.txt": ""},
            {},
            "No table of the standard layout lies in /data/shop: set C2C_RAW_LOCATION"
            " to a folder with files such as orders.csv, see docs/standard-layout.md",
            id="no table at all",
        ),
        pytest.param(
            {"orders.csv": ORDERS},
            {"as_of": "2025-02-30"},
            "Setting as_of (C2C_AS_OF) is '2025-02-30' but must be a day of the"
            " calendar such as 2026-04-01, or a time of it: see docs/settings.md",
            id="as_of is no day of the calendar",
        ),
        pytest.param(
            {"orders.csv": ORDERS},
            {"reporting_currency": "usd"},
            "Setting reporting_currency (C2C_REPORTING_CURRENCY) is 'usd' but must be"
            " three capitals such as USD: see docs/settings.md",
            id="a currency in lower case",
        ),
    ],
)
def test_a_build_that_cannot_be_right_stops_with_one_line(
    workshop: Workshop,
    tmp_path: Path,
    files: dict[str, str],
    settings: dict[str, str],
    line: str,
) -> None:
    """An owner of files can mend what is named; a traceback is for its authors."""
    for name, text in files.items():
        write(tmp_path / name, text)
    result = workshop.dbt("run", "-s", "stg_standard__orders", raw=tmp_path, **settings)
    output = result.stdout + result.stderr
    assert result.returncode != 0, output
    printed = [text.strip() for text in output.splitlines()]
    assert printed.count(line.replace("/data/shop", str(tmp_path))) == 1, output
    assert "Traceback" not in output
    if "/data/shop" in line:
        assert line in LAYOUT_PAGE


# How old the newest rows are.

Freshness = dict[str, tuple[str, dt.datetime]]
NEVER = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def freshness(workshop: Workshop, raw: Path) -> Freshness:
    """What dbt says of each table, and when its newest row came; on no database yet."""
    (workshop.folder / "click_to_cash.duckdb").unlink(missing_ok=True)
    result = workshop.dbt("source", "freshness", raw=raw)
    assert result.returncode == 0, result.stdout + result.stderr
    found = json.loads((workshop.folder / "target/sources.json").read_text("utf-8"))
    assert not any(r["criteria"]["error_after"]["count"] for r in found["results"])
    return {
        r["unique_id"].rpartition(".")[2]: (
            r["status"],
            dt.datetime.fromisoformat(r["max_loaded_at"]),
        )
        for r in found["results"]
    }


def test_freshness_of_the_demo_warns_of_every_table_with_a_time(
    workshop: Workshop,
) -> None:
    """Its days are long past: a table that does not warn now never will."""
    demo = PROJECT / "seeds/demo"
    found = freshness(workshop, demo)
    tables = {path.stem for path in demo.glob("*.csv")}
    assert tables - found.keys() == {"form_fill_attributes", "deal_stages", "products"}
    assert {status for status, _ in found.values()} == {"warn"}
    for table, column in (("ad_spend", "loaded_at"), ("fx_rates", "rate_date")):
        newest = max(line[column] or "" for line in lines_of(demo / f"{table}.csv"))
        assert found[table][1].replace(tzinfo=None) == dt.datetime.fromisoformat(newest)


def test_freshness_goes_by_loaded_at_and_where_blank_by_the_event(
    workshop: Workshop, tmp_path: Path
) -> None:
    """A loader that stopped must not hide behind events that are still to come."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None)
    early = now - dt.timedelta(days=40)
    files = {
        # In the zone of New York, between a row without a time and an older one.
        "orders": f"o,USD,\no,USD,{now - dt.timedelta(hours=5)}-05:00\no,USD,{early}",
        # Loaded early, although refunded now.
        "refunds": f"r,o,1,{now},{early}",
        # Blanks around a time; where loaded_at is no time, the form fill's counts.
        "form_fills": f"f, {now} , \ng,{early},soon\nh,{early},{early}",
        "fx_rates": f"{now.date()},EUR,USD,1",
        "campaigns": f"p,a,c,{early}",
    }
    headers = {
        "orders": "order_id,currency_code,ordered_at",
        "refunds": "refund_id,order_id,amount,refunded_at,loaded_at",
        "form_fills": "form_fill_id,submitted_at,loaded_at",
        "fx_rates": "rate_date,from_currency_code,to_currency_code,rate",
        "campaigns": "platform,account_id,campaign_id,loaded_at",
    }
    for table, lines in files.items():
        write(tmp_path / f"{table}.csv", f"{headers[table]}\n{lines}\n")
    at, past = now.replace(tzinfo=dt.UTC), early.replace(tzinfo=dt.UTC)
    today = at.replace(hour=0, minute=0, second=0)
    found = freshness(workshop, tmp_path)
    assert {table: found.pop(table) for table in files} == {
        "orders": ("pass", at),
        "refunds": ("warn", past),
        "form_fills": ("pass", at),
        "fx_rates": ("pass", today),
        "campaigns": ("pass", past),
    }
    # A table that never came is no error, for many have no CRM or no shop.
    assert len(found) == 8
    assert set(found.values()) == {("warn", NEVER)}

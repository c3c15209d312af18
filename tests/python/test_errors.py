"""What the engine and dbt say, as met, and the one line that a user reads instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from click_to_cash.errors import explain

ADDRESS = "jo.doe@customer.example"
CSV_SETTINGS = """
  file = /data/shop/orders.csv
  delimiter = , (Set By User)
  quote = " (Set By User)
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Invalid Input Error: CSV Error on Line: 6\n"
            f"Original Line: o1,{ADDRESS}\n"
            "Invalid unicode (byte sequence mismatch) detected. This file is not utf-8"
            f" encoded.\n\nPossible Solution: …\n{CSV_SETTINGS}",
            "table orders: orders.csv is not UTF-8 in line 6: export it as UTF-8",
        ),
        (
            "Invalid Input Error: CSV Error on Line: 9\n"
            f"Original Line: o1,{ADDRESS},1\n"
            f"Expected Number of Columns: 2 Found: 3\n{CSV_SETTINGS}",
            "table orders: orders.csv has 3 values in line 9 but 2 columns: quote"
            " values that hold a comma, or export the table again",
        ),
        (
            "Encountered an error while running operation: Compilation Error in macro"
            " register_raw_tables (macros/register_raw_tables.sql)\n"
            "  Table orders in /data/shop lacks the required column order_id: add it\n"
            "  \n  > in macro duckdb__register_raw_tables",
            "Table orders in /data/shop lacks the required column order_id: add it",
        ),
        (
            "  Compilation Error in seed connector_defaults"
            " (seeds/reference/connector_defaults.csv)\n"
            "  Row 1 has 6 values, but Table only has 5 columns.\n"
            "  \n  > in macro materialization_seed_default",
            "seeds/reference/connector_defaults.csv has a row of 6 values but 5"
            " columns: quote values that hold a comma",
        ),
        (
            "Invalid Input Error: No magic bytes found at end of file"
            " '/data/shop/orders.parquet'\n\nLINE 1: create or replace view …",
            "table orders: orders.parquet is no whole Parquet file: export it again",
        ),
        (
            "Invalid Input Error: File '/data/shop/ad_clicks/2026-01-15.parquet' too"
            " small to be a Parquet file\n\nLINE 1: from read_parquet(["
            "'/data/shop/ad_clicks/part-1.parquet', …",
            "table ad_clicks: 2026-01-15.parquet is no whole Parquet file: export it"
            " again",
        ),
        (
            'IO Error: No files found that match the pattern "/data/shop/ad_clicks/'
            "it's 1.parquet\"\n\nLINE 1: …",
            "table ad_clicks: it's 1.parquet is gone since the last build: run"
            " `c2c build`",
        ),
        (
            'IO Error: Could not set lock on file "/data/b.duckdb": Conflicting lock is'
            " held in /usr/bin/python3.11 (PID 17016). See also https://duckdb.org/docs",
            "/data/b.duckdb is in use by another process (PID 17016): wait until it is"
            " done, or build into another file with C2C_DUCKDB_PATH",
        ),
    ],
)
def test_a_message_becomes_one_line_without_the_files_content(
    said: str, told: str
) -> None:
    assert explain(said) == told


SNIFFED = (
    'Invalid Input Error: Error when sniffing file "{path}".\n'
    "It was not possible to automatically detect the CSV parsing dialect\n"
    "The search space used was:\nDelimiter Candidates: ','"
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n1,2,jo@x.example\n", "has 3 values in line 3 but 2 columns"),
        (b"a,b\n1,2\n1\n", "has 1 values in line 3 but 2 columns"),
        (b"a;b\n1;2\n", "has one column in its first line"),
        (
            b'a,b\n1,2\n"1,jo@x.example\n',
            "has a quote that is never closed, from line 3",
        ),
        (b"a,b\n1,2\n1,B\xfcro\n", "is not UTF-8 after line"),
        (b"a,b\n1,2\n\0\0,2\n", "holds zero bytes in line 3"),
        (b"a,b\n1,2\n", "is no CSV with commas and a header"),
    ],
)
def test_a_csv_that_is_refused_without_a_reason_is_told_by_line_and_fault(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    line = explain(SNIFFED.format(path=path))
    assert line.startswith(f"table orders: orders.csv {told}")
    assert "jo@x" not in line


def test_a_csv_that_is_out_of_reach_is_told_by_name() -> None:
    line = explain(SNIFFED.format(path="s3://bucket/orders.csv"))
    assert line.startswith(
        "table orders: orders.csv is no CSV with commas and a header"
    )


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("raw/google_ads/campaign_stats.csv", "campaign_stats"),
        ("raw/google_ads/campaign_stats/part-1.csv", "campaign_stats"),
        ("raw/orders/part-1.csv", "orders"),
    ],
)
def test_a_file_is_told_by_its_table(path: str, table: str) -> None:
    """Tables of connectors lie in folders, which are no tables themselves."""
    assert explain(SNIFFED.format(path=path)).startswith(f"table {table}: ")

"""Bad days of files: how a table is written, not what it says."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import duckdb

from bad_days.bad_day import BadDays, changed_text, each, edited, kept, read, write

days = BadDays()


# Written otherwise, and the same.


@days.harmless()
def byte_order_mark(raw: Path) -> None:
    """The shop's export begins with a byte order mark, as Excel writes it."""
    changed_text(raw, "orders", lambda text: b"\xef\xbb\xbf" + text)


@days.harmless()
def lines_end_as_on_windows(raw: Path) -> None:
    """Every file comes from a Windows machine, with CRLF at the ends of lines."""
    for path in raw.glob("*.csv"):
        changed_text(raw, path.stem, lambda text: text.replace(b"\n", b"\r\n"))


@days.harmless()
def every_value_in_quotes(raw: Path) -> None:
    """A new exporter puts every value in double quotes."""
    columns, *lines = (raw / "deal_stages.csv").read_text("utf-8").splitlines()
    quoted = [",".join(f'"{value}"' for value in line.split(",")) for line in lines]
    changed_text(
        raw, "deal_stages", lambda _: "\n".join([columns, *quoted, ""]).encode()
    )


@days.harmless()
def extra_column_with_line_breaks(raw: Path) -> None:
    """The shop adds a column with customers' notes, with line breaks inside them."""
    each(raw, "orders", lambda _: {"note": 'Please ring,\n"twice"\r\n\nThanks'})


@days.harmless()
def line_breaks_around_values(raw: Path) -> None:
    """A text field keeps the line break that was pasted into it after the value."""
    each(raw, "crm_deals", lambda row: {"stage": row["stage"] + "\n"})


@days.harmless()
def columns_reordered(raw: Path) -> None:
    """The exporter sorts its columns by name."""
    rows = read(raw, "ad_spend")
    write(raw, "ad_spend", [{name: row[name] for name in sorted(row)} for row in rows])


@days.harmless()
def rows_in_another_order(raw: Path) -> None:
    """Every export loses its order by date."""
    for path in raw.glob("*.csv"):
        with edited(raw, path.stem) as rows:
            random.Random(7).shuffle(rows)


@days.harmless()
def trailing_spaces(raw: Path) -> None:
    """A database with columns of fixed width fills values up with spaces."""
    for table in ("ad_spend", "crm_deals", "order_lines"):
        each(raw, table, lambda row: {k: v and v.ljust(30) for k, v in row.items()})


@days.harmless()
def column_twice(raw: Path) -> None:
    """A report has a column twice, the second time empty."""
    changed_text(
        raw,
        "refunds",
        lambda text: re.sub(rb"(?m)$", b",", text.rstrip(b"\n")).replace(
            b"is_restocked,loaded_at,", b"is_restocked,loaded_at,amount", 1
        ),
    )


@days.harmless()
def native_parquet(raw: Path) -> None:
    """Products and stages move to Parquet with numbers and flags of their own types."""
    as_parquet(raw, "products", "* replace (cast(unit_cost as double) as unit_cost)")
    as_parquet(
        raw,
        "deal_stages",
        "* replace (cast(position as integer) as position,"
        " cast(is_won as boolean) as is_won,"
        " cast(win_probability as decimal(5, 2)) as win_probability)",
    )


@days.harmless()
def file_becomes_a_folder_of_parts(raw: Path) -> None:
    """A warehouse unloads the clicks into ten Parquet parts."""
    in_parts(raw, "ad_clicks", 10)


def as_parquet(raw: Path, table: str, columns: str = "*") -> None:
    """Write a table as Parquet and remove its CSV."""
    path = raw / f"{table}.csv"
    duckdb.execute(
        f"copy (select {columns} from read_csv('{path}', all_varchar = true))"
        f" to '{path.with_suffix('.parquet')}' (format parquet)"
    )
    path.unlink()


def in_parts(raw: Path, table: str, count: int) -> None:
    """Write a table as a folder of Parquet parts and remove its CSV."""
    path = raw / f"{table}.csv"
    (raw / table).mkdir()
    for number in range(count):
        duckdb.execute(
            "copy (select * exclude n from (select *, row_number() over () as n"
            f" from read_csv('{path}', all_varchar = true))"
            f" where n % {count} = {number})"
            f" to '{raw / table}/part-{number}.parquet' (format parquet)"
        )
    path.unlink()


# A file that cannot be read.


@days.refused("table orders: orders.csv has one column")
def semicolons_for_commas(raw: Path) -> None:
    """Somebody's Excel speaks German and separates the columns by semicolons."""
    write(raw, "orders", read(raw, "orders"), delimiter=";")


@days.refused("has a header of one column")
def tabs_for_commas(raw: Path) -> None:
    """The ad platform's export is separated by tabs though it is called CSV."""
    write(raw, "ad_spend", read(raw, "ad_spend"), delimiter="\t")


@days.refused("table campaigns: campaigns.csv is not UTF-8")
def latin_1(raw: Path) -> None:
    """Names of campaigns with umlauts are saved as Latin-1."""
    changed_text(
        raw, "campaigns", lambda text: text.decode("utf-8").encode("iso-8859-1")
    )


@days.refused("table products: products.csv is not UTF-8")
def utf_16(raw: Path) -> None:
    """“Unicode text” in Excel's menu, which is UTF-16."""
    changed_text(raw, "products", lambda text: text.decode("utf-8").encode("utf-16"))


@days.refused("table campaigns: campaigns.csv has 10 values in line 4 but 9 columns")
def comma_in_an_unquoted_name(raw: Path) -> None:
    """A campaign is renamed, with a comma, and the exporter does not quote."""
    changed_text(
        raw,
        "campaigns",
        lambda text: text.replace(b"Leadgen | Office", b"Leads, Office"),
    )


@days.refused("table order_lines: order_lines.csv has 3 values in line")
def ragged_rows(raw: Path) -> None:
    """Lines of gift cards have fewer values than the header."""
    changed_text(raw, "order_lines", lambda text: text + b"L9001,O1760,P01\n")


@days.refused("table form_fills: form_fills.csv has a quote that is never closed")
def quote_never_closed(raw: Path) -> None:
    """A visitor types a single double quote into a form and the exporter lets it be."""
    changed_text(
        raw, "form_fills", lambda text: text.replace(b"F1500,quote", b'F1500,"quote', 1)
    )


@days.refused("is an empty file")
def empty_file(raw: Path) -> None:
    """The disk of the shop's server was full: the export has 0 bytes."""
    changed_text(raw, "orders", lambda _: b"")


@days.refused("table ad_clicks: ad_clicks.csv has")
def file_cut_off_within_a_line(raw: Path) -> None:
    """The upload breaks off in the middle of a line."""
    changed_text(raw, "ad_clicks", lambda text: text[: len(text) // 2])


@days.refused("table ad_spend: ad_spend.parquet is no whole Parquet file")
def truncated_parquet(raw: Path) -> None:
    """The upload of a Parquet file breaks off."""
    as_parquet(raw, "ad_spend")
    path = raw / "ad_spend.parquet"
    path.write_bytes(path.read_bytes()[:-2000])


@days.refused("table ad_clicks: part-3.parquet is no whole Parquet file")
def truncated_part(raw: Path) -> None:
    """One of ten parts arrives with 0 bytes."""
    in_parts(raw, "ad_clicks", 10)
    (raw / "ad_clicks/part-3.parquet").write_bytes(b"")


@days.refused("table orders: orders.parquet is no whole Parquet file")
def csv_called_parquet(raw: Path) -> None:
    """A CSV file is delivered under the name of a Parquet file."""
    (raw / "orders.csv").rename(raw / "orders.parquet")


@days.refused("Table ad_clicks lies in")
def folder_of_parts_beside_a_csv(raw: Path) -> None:
    """The move to Parquet leaves the old CSV where it was."""
    text = (raw / "ad_clicks.csv").read_bytes()
    in_parts(raw, "ad_clicks", 2)
    (raw / "ad_clicks.csv").write_bytes(text)


@days.refused("table orders: orders.csv is not UTF-8")
def gzip_called_csv(raw: Path) -> None:
    """The export is compressed and keeps its name."""
    changed_text(raw, "orders", lambda text: gzip.compress(text, mtime=0))


@days.refused("table orders: orders.csv holds zero bytes")
def nul_bytes(raw: Path) -> None:
    """After a crash of the exporter a block of the file is zeros."""
    changed_text(raw, "orders", lambda text: text[:9000] + bytes(512) + text[9512:])


@days.refused("has a header of one column")
def login_page(raw: Path) -> None:
    """The link has expired: what is saved as CSV is a page that asks to log in."""
    changed_text(
        raw,
        "orders",
        lambda _: (
            b"<!DOCTYPE html>\n<html><head><title>Log in</title></head>\n</html>\n"
        ),
    )


@days.refused("No table of the standard layout lies in")
def nothing_arrives(raw: Path) -> None:
    """The folder of the night is there, and empty."""
    for path in raw.glob("*.csv"):
        path.unlink()


# A header that is another.


@days.refused("lacks the required column cost")
def required_column_renamed(raw: Path) -> None:
    """The connector's new version calls the cost `spend`."""
    changed_text(raw, "ad_spend", lambda text: text.replace(b",cost,", b",spend,", 1))


@days.refused("lacks the required column currency_code")
def required_column_missing(raw: Path) -> None:
    """Somebody takes the currency out of the shop's report, “it is always the same”."""
    with edited(raw, "orders") as rows:
        rows[:] = [{k: v for k, v in r.items() if k != "currency_code"} for r in rows]


@days.refused("lacks the required column deal_id")
def header_in_capitals(raw: Path) -> None:
    """The CRM's new database writes names of columns in capitals."""
    header, rest = (raw / "crm_deals.csv").read_bytes().split(b"\n", 1)
    changed_text(raw, "crm_deals", lambda _: header.upper() + b"\n" + rest)


@days.refused("lacks the required column")
def header_lost(raw: Path) -> None:
    """The exporter's box “with header” is unticked."""
    changed_text(raw, "refunds", lambda text: text.split(b"\n", 1)[1])


@days.refused("table ad_spend: ad_spend.csv has one column in its first line")
def title_above_the_header(raw: Path) -> None:
    """The ad platform puts the report's title and its dates above the header."""
    title = b"Campaign report\nJanuary 1, 2025 - December 31, 2025\n"
    changed_text(raw, "ad_spend", lambda text: title + text)


@days.refused("lacks the required column")
def table_of_another_business(raw: Path) -> None:
    """A sister company's export with its own columns lands in the folder."""
    rows = [{"Order": "#1", "Created at": "2025-12-31", "Total": "12.00"}]
    write(raw, "orders", rows)


@days.alarmed("columns_as_published")
def optional_column_missing(raw: Path) -> None:
    """Unit costs are gone from the order lines, and profit with them."""
    with edited(raw, "order_lines") as rows:
        rows[:] = [{k: v for k, v in r.items() if k != "unit_cost"} for r in rows]


@days.alarmed("columns_as_published")
def optional_column_renamed(raw: Path) -> None:
    """The form tool's column with the click ID is now called `gclid`."""
    changed_text(
        raw, "form_fills", lambda text: text.replace(b",click_id,", b",gclid,", 1)
    )


@days.alarmed("columns_as_published")
def test_flags_lost(raw: Path) -> None:
    """The column that marks test orders is gone: tests count as sales."""
    with edited(raw, "orders") as rows:
        rows[:] = [{k: v for k, v in r.items() if k != "is_test"} for r in rows]


@days.rejected("orders.ordered_at unreadable")
def header_twice(raw: Path) -> None:
    """Two exports are put together, and the header of the second is now a row."""
    changed_text(raw, "orders", lambda text: text + text.split(b"\n")[0] + b"\n")


@days.rejected("ad_spend.platform missing")
def totals_line(raw: Path) -> None:
    """The ad platform's report ends with a line of totals."""
    with edited(raw, "ad_spend") as rows:
        blank = dict.fromkeys(rows[0], "")
        rows.append(blank | {"cost": "31250.11", "impressions": "412000"})


# Files that are there in part.


@days.alarmed("columns_as_published")
def header_without_rows(raw: Path) -> None:
    """The shop's report has run with a filter that lets nothing through."""
    changed_text(raw, "orders", lambda text: text.split(b"\n")[0] + b"\n")


@days.alarmed("columns_as_published")
def table_not_delivered(raw: Path) -> None:
    """The history of the deals' stages does not arrive."""
    (raw / "crm_deal_stage_changes.csv").unlink()


@days.alarmed("columns_as_published")
def small_table_not_delivered(raw: Path) -> None:
    """The list of products, of a few rows only, does not arrive."""
    (raw / "products.csv").unlink()


@days.alarmed("columns_as_published")
def file_cut_off_at_the_end_of_a_line(raw: Path) -> None:
    """The export stops at its limit of rows: what is there is in order."""
    with edited(raw, "orders") as rows:
        del rows[500:]


@days.alarmed("columns_as_published")
def part_missing(raw: Path) -> None:
    """Nine of ten parts arrive."""
    in_parts(raw, "ad_clicks", 10)
    (raw / "ad_clicks/part-3.parquet").unlink()


@days.alarmed("columns_as_published")
def only_the_newest_days(raw: Path) -> None:
    """A full export becomes one of the last thirty days and overwrites the file."""
    kept(raw, "form_fills", lambda row: row["submitted_at"] >= "2025-12-01")

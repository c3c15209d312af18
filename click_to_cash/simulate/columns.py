"""Columns of text made from integers, and tables of them written to files.

Everything is delivered as text, as a CSV export would: that is the one form in which
the dirt of real life fits. A null is a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from click_to_cash.simulate.dice import Flags, Ints

FileFormat = Literal["csv", "parquet"]
Text = Any  # a pyarrow string array; pyarrow ships no types
Table = dict[str, Text]

LAYOUT: dict[str, str] = {
    "ad_accounts": "platform account_id account_name currency_code time_zone loaded_at",
    "campaigns": "platform account_id campaign_id campaign_name channel_type"
    " business_model ecommerce_spend_share bidding_strategy loaded_at",
    "ad_spend": "platform account_id campaign_id ad_group_id spend_date cost"
    " impressions clicks platform_conversions platform_conversion_value loaded_at",
    "product_spend": "platform account_id campaign_id product_id spend_date cost"
    " impressions clicks platform_conversions platform_conversion_value loaded_at",
    "ad_clicks": "click_id click_id_type platform account_id campaign_id ad_group_id"
    " ad_id keyword product_id clicked_at landing_page_url visitor_id device"
    " country_code loaded_at",
    "form_fills": "form_fill_id form_name submitted_at click_id click_id_type page_url"
    " visitor_id email phone customer_type consent_ad_user_data"
    " consent_ad_personalization country_code is_test loaded_at",
    "form_fill_attributes": "form_fill_id attribute_name attribute_value",
    "crm_deals": "deal_id form_fill_id email click_id click_id_type pipeline"
    " customer_type created_at amount currency_code stage closed_at gross_margin_rate"
    " is_deleted loaded_at",
    "crm_deal_stage_changes": "deal_id stage changed_at amount recorded_at loaded_at",
    "deal_stages": "pipeline stage position is_won is_lost win_probability",
    "orders": "order_id customer_id email phone ordered_at currency_code"
    " discount_amount tax_amount shipping_amount click_id click_id_type"
    " landing_page_url visitor_id country_code cancelled_at is_test"
    " consent_ad_user_data consent_ad_personalization user_agent loaded_at",
    "order_lines": "order_line_id order_id product_id quantity unit_price"
    " discount_amount unit_cost loaded_at",
    "refunds": "refund_id order_id order_line_id refunded_at amount quantity"
    " is_restocked loaded_at",
    "products": "product_id product_name category brand unit_cost",
    "fx_rates": "rate_date from_currency_code to_currency_code rate",
    "web_sessions": "session_id visitor_id started_at landing_page_url referrer_url"
    " email loaded_at",
    "answer_key/conversions": "conversion_type conversion_id true_click_id_type"
    " true_click_id credited_click_id_type credited_click_id match_status match_source"
    " match_reason net_revenue won_value",
    "answer_key/totals": "measure value",
}


def same(value: str | None, n: int) -> Text:
    """`n` times the same text, or `n` blanks."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(n, np.int64)))


def label(codes: Ints, labels: Sequence[str | None]) -> Text:
    """The label of each code; code -1 is a blank."""
    return take(pa.array(labels, pa.string()), codes)


def take(texts: Text, rows: Ints) -> Text:
    """The texts at these positions; position -1 is a blank."""
    return texts.take(pa.array(rows, mask=rows < 0))


def whole(numbers: Ints) -> Text:
    """Integers in decimal digits."""
    return pc.cast(pa.array(numbers), pa.string())


def numbered(prefix: str, numbers: Ints) -> Text:
    """Identifiers such as `L1042`; a negative number is a blank."""
    return blank(glue(prefix, whole(numbers)), numbers < 0)


def fixed_point(units: Ints, places: int = 2) -> Text:
    """Scaled integers as decimals: 1999 in cents is `19.99`."""
    scale = 10**places
    size = np.abs(units)
    rest = pc.utf8_lpad(whole(size % scale), places, "0")
    sign = label((units < 0).astype(np.int64), ["", "-"])
    return glue(sign, whole(size // scale), ".", rest)


def moment(seconds: Ints, suffix: str = "") -> Text:
    """UTC seconds since 1970 as `2025-01-31 09:30:00`."""
    text = pc.cast(pa.array(seconds).cast(pa.timestamp("s")), pa.string())
    return glue(text, suffix) if suffix else text


def minute(seconds: Ints) -> Text:
    """As `moment`, cut to the minute: `2025-01-31 09:30`."""
    return pc.utf8_slice_codeunits(moment(seconds), 0, 16)


def calendar_date(days: Ints) -> Text:
    """Days since 1970 as `2025-01-31`."""
    return pc.cast(pa.array(days.astype(np.int32)).cast(pa.date32()), pa.string())


def morning_after(seconds: Ints) -> Ints:
    """06:00 UTC of the day after: when a nightly loader delivers."""
    return (seconds // 86_400 + 1) * 86_400 + 6 * 3_600


def fixed_width(letters: npt.NDArray[np.uint8]) -> Text:
    """One ASCII text per row of a matrix of bytes, shape (rows, width)."""
    n, width = letters.shape
    offsets = pa.py_buffer((np.arange(n + 1) * width).astype("<i4").tobytes())
    return pa.StringArray.from_buffers(n, offsets, pa.py_buffer(letters.tobytes()))


def glue(*parts: Text) -> Text:
    """Texts set end to end; blank where any part is blank."""
    return pc.binary_join_element_wise(*parts, "")


def blank(texts: Text, where: Flags) -> Text:
    """The texts with blanks where the flag is set."""
    return pc.if_else(pa.array(where), pa.scalar(None, pa.string()), texts)


def instead(texts: Text, where: Flags, other: Text | str) -> Text:
    """The texts, with `other` where the flag is set."""
    return pc.if_else(pa.array(where), other, texts)


def rewritten(texts: Text, where: Flags, change: Callable[[Text], Text]) -> Text:
    """The texts, with `change` applied where the flag is set."""
    return instead(texts, where, change(texts))


def padded(texts: Text) -> Text:
    """With the white space that forms and exports leave behind."""
    return glue(" ", texts, "  ")


def chosen(table: Mapping[str, Text], rows: Flags) -> Table:
    """The rows of a table that are set."""
    return {name: column.filter(pa.array(rows)) for name, column in table.items()}


def height(table: Mapping[str, Text]) -> int:
    """Number of rows."""
    return len(next(iter(table.values())))


def changed(table: Mapping[str, Text], **columns: Text | str | None) -> Table:
    """The table with columns replaced; one value stands for a column of it."""
    n = height(table)
    wide = {
        name: same(value, n) if value is None or isinstance(value, str) else value
        for name, value in columns.items()
    }
    return {**table, **wide}


def stacked(*tables: Mapping[str, Text]) -> Table:
    """Tables of the same columns, one under the other."""
    return {
        name: pa.concat_arrays([table[name] for table in tables]) for name in tables[0]
    }


def write(folder: Path, name: str, table: Mapping[str, Text], kind: FileFormat) -> None:
    """Write one table, its columns in layout order, as `<folder>/<name>.<kind>`.

    Raises KeyError if the table's columns are not those of the layout.
    """
    columns = LAYOUT[name].split()
    if set(columns) != set(table):
        raise KeyError(f"{name}: {sorted(set(columns) ^ set(table))}")
    write_as_is(folder, name, {column: table[column] for column in columns}, kind)


def write_as_is(
    folder: Path, name: str, table: Mapping[str, Text], kind: FileFormat
) -> None:
    """Write one table, its columns in their own order, as `<folder>/<name>.<kind>`."""
    data = pa.table(dict(table))
    path = folder / f"{name}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "parquet":
        pa.parquet.write_table(data, path, compression="zstd")
    else:
        cells = [_quoted(column.combine_chunks()) for column in data.columns]
        lines = pc.binary_join_element_wise(
            *cells, ",", null_handling="replace", null_replacement=""
        )
        text = "\n".join([",".join(table), *lines.to_pylist(), ""])
        path.write_bytes(text.encode())


def _quoted(texts: Text) -> Text:
    """Quoted where CSV needs it: pyarrow's own writer quotes all or refuses."""
    needs = pc.fill_null(pc.match_substring_regex(texts, '[",\r\n]'), False)
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(needs, glue('"', doubled, '"'), texts)

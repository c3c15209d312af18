"""What shops and CRMs do that a reader of their tables would not expect.

Each case is a few rows of a made-up account; what must come of it is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from warehouse import rows, run_dbt

RAW = {
    # A cancelled order whose refund comes a second later; goods with a gift card that
    # is given away; an order that was deleted and never cancelled.
    "shopify/order": """
id,created_at,currency,total_discounts,cancelled_at,_fivetran_deleted
cancelled,2025-03-05 09:00:00,USD,0,2025-03-06 10:00:00,FALSE
with-card,2025-03-05 10:00:00,USD,50,,FALSE
deleted,2025-03-05 11:00:00,USD,0,,TRUE
""",
    "shopify/order_line": """
id,order_id,quantity,price,gift_card
L1,cancelled,1,100,FALSE
L2,with-card,1,100,FALSE
L3,with-card,1,50,TRUE
L4,deleted,1,100,FALSE
""",
    "shopify/discount_allocation": """
order_line_id,index,amount
L3,0,50
""",
    "shopify/refund": """
id,order_id,created_at
R1,cancelled,2025-03-06 10:00:01
""",
    "shopify/order_line_refund": """
id,refund_id,order_line_id,quantity,subtotal,restock_type
RL1,R1,L1,1,70,cancel
""",
    # Beside the lines of the same refund.
    "shopify/order_adjustment": """
id,refund_id,amount,kind
A1,R1,-30,refund_discrepancy
""",
    # Won in one pipeline and handed on to another; deleted two weeks after it was won.
    "hubspot/deal": """
deal_id,property_createdate,property_amount,property_deal_currency_code,\
deal_pipeline_id,deal_pipeline_stage_id,is_deleted,_fivetran_synced
moved,2025-03-06 09:00:00,900,USD,onboarding,live,FALSE,2025-03-20 06:00:00
deleted,2025-03-06 11:00:00,700,USD,default,closedwon,TRUE,2025-03-20 06:00:00
""",
    "hubspot/deal_stage": """
deal_id,value,date_entered,_fivetran_synced
moved,closedwon,2025-03-07 09:00:00,2025-03-20 06:00:00
moved,live,2025-03-15 09:00:00,2025-03-20 06:00:00
deleted,closedwon,2025-03-07 10:00:00,2025-03-20 06:00:00
""",
    "hubspot/deal_pipeline_stage": """
stage_id,pipeline_id,closed_won,is_closed
closedwon,default,TRUE,TRUE
live,onboarding,TRUE,TRUE
""",
    "hubspot/contact": "id\n",
    # Won long before the loader was connected; won on the day it was created; deleted,
    # so that history mode has no active version; of a lead that was deleted.
    "salesforce/opportunity": """
id,created_date,amount,stage_name,is_won,is_closed,close_date,currency_iso_code,\
is_deleted,_fivetran_active,_fivetran_synced
old,2024-12-01 09:00:00,5000,Won,TRUE,TRUE,2025-01-15 00:00:00,USD,FALSE,TRUE,2025-03-20
same-day,2025-03-06 10:00:00,70,Won,TRUE,TRUE,2025-03-06 00:00:00,USD,FALSE,TRUE,
gone,2025-03-06 10:00:00,7,Won,TRUE,TRUE,2025-03-07 00:00:00,USD,FALSE,FALSE,2025-03-20
of-lead,2025-03-06 10:00:00,9,Won,TRUE,TRUE,2025-03-07 00:00:00,USD,FALSE,TRUE,
""",
    "salesforce/opportunity_history": """
id,stage_name,amount,is_won,is_closed,created_date,close_date,_fivetran_start
old,Won,5000,TRUE,TRUE,2024-12-01 09:00:00,2025-01-15 00:00:00,2025-03-12 08:00:00
""",
    "salesforce/lead": """
id,created_date,is_deleted,converted_opportunity_id,converted_contact_id
spam,2025-03-05 10:00:00,TRUE,of-lead,C1
""",
    "salesforce/contact": """
id,email,gclid_c
C1,cy@corp.example,Gclid-Of-Contact
""",
}


def built(folder: Path, **settings: str) -> Path:
    """The database of value_ledger and of what was rejected, from these tables."""
    raw = folder / "raw"
    for name, text in RAW.items():
        path = raw / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), "utf-8")
    result = run_dbt(
        *("build", "--exclude-resource-type", "unit_test", "test", "exposure"),
        *("-s", "+value_ledger", "+int_row_rejections"),
        folder=folder,
        raw_location=str(raw),
        connectors="hubspot,salesforce,shopify",
        **settings,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "click_to_cash.duckdb"


@pytest.fixture(scope="module")
def ledger(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[duckdb.DuckDBPyConnection]:
    database = built(tmp_path_factory.mktemp("quirks"))
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def revenue(connection: duckdb.DuckDBPyConnection) -> dict[tuple[object, ...], object]:
    """What each order and deal is worth by all of its entries."""
    found = rows(
        connection,
        "select conversion_type as type, conversion_id as id, sum(revenue) as value"
        " from marts.value_ledger group by all order by all",
    )
    return {(row["type"], row["id"]): row["value"] for row in found}


def test_nothing_is_counted_twice_or_lost(ledger: duckdb.DuckDBPyConnection) -> None:
    """Cancelled and refunded is given back once; a gift card lowers no other line."""
    assert revenue(ledger) == {
        ("deal", "deleted"): 0,
        ("deal", "gone"): 0,
        ("deal", "moved"): 900,
        ("deal", "of-lead"): 9,
        ("deal", "old"): 5000,
        ("deal", "same-day"): 70,
        ("order", "cancelled"): 0,
        ("order", "deleted"): 0,
        ("order", "with-card"): 100,
    }


def test_a_win_is_dated_by_when_it_was_won(ledger: duckdb.DuckDBPyConnection) -> None:
    """Not by the loader's first day, the last pipeline or the midnight before."""
    wins = rows(
        ledger,
        "select conversion_id as id, occurred_at::varchar as t, known_at = occurred_at"
        " as is_known_then from marts.value_ledger where event_type = 'deal_won'"
        " order by id",
    )
    assert [tuple(win.values()) for win in wins] == [
        ("deleted", "2025-03-07 10:00:00", True),
        ("gone", "2025-03-07 00:00:00", True),
        ("moved", "2025-03-07 09:00:00", True),
        ("of-lead", "2025-03-07 00:00:00", True),
        ("old", "2025-01-15 00:00:00", True),
        ("same-day", "2025-03-06 10:00:00", True),
    ]


def test_a_deleted_lead_hides_no_click(ledger: duckdb.DuckDBPyConnection) -> None:
    (deal,) = rows(
        ledger,
        "select form_fill_id, email, click_id, click_id_type"
        " from staging.stg_connected__crm_deals where deal_id = 'of-lead'",
    )
    assert tuple(deal.values()) == (
        *(None, "cy@corp.example", "Gclid-Of-Contact", "gclid"),
    )


def test_a_deletion_is_unknown_before_it_was_synced(tmp_path: Path) -> None:
    """As of the day after its win the deal was worth what it was won for."""
    database = built(tmp_path, as_of="2025-03-08")
    with duckdb.connect(str(database), read_only=True) as connection:
        values = revenue(connection)
        assert values["deal", "deleted"] == 700
        assert values["deal", "gone"] == 7
        assert values["deal", "moved"] == 900
        not_found = rows(
            connection,
            "select row_key from intermediate.int_row_rejections"
            " where column_name <> 'currency_code'",
        )
        assert not_found == []

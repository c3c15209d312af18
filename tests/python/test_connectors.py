"""Connectors: from raw tables as loaders land them to the marts, by one dbt build.

The fixtures are a small business of every product at once, whose keys join; its answer
key was worked out by hand from docs/rules.md.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from connectors import CONNECTORS
from warehouse import PROJECT, rows, run_dbt

from click_to_cash.database import connect
from click_to_cash.quality.suites import layout
from click_to_cash.quality.told import tell
from click_to_cash.settings import raw_database

FIXTURES = PROJECT / "seeds/connectors"
ALL = ",".join(("standard", *CONNECTORS))
SETTINGS = {"connectors": ALL, "facebook_ads_lead_action": "lead"}
# What loaders write anew with each sync.
STAMPS = {
    *("_fivetran_synced", "updated_at", "updated_time"),
    *("last_modified_time", "modified_time", "received_at"),
}
Row = dict[str, object]


def run(
    folder: Path, raw: Path, *models: str, connectors: str, **settings: str
) -> tuple[int, str]:
    """A dbt build of models: its exit code and what it printed."""
    folder.mkdir(parents=True, exist_ok=True)
    result = run_dbt(
        *("build", "--exclude-resource-type", "unit_test", "test", "-s", *models),
        folder=folder,
        raw_location=str(raw),
        connectors=connectors,
        **settings,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the whole business, tested by dbt's own tests, too."""
    folder = tmp_path_factory.mktemp("connectors")
    result = run_dbt(
        *("build", "--exclude-resource-type", "unit_test"),
        folder=folder,
        raw_location=str(FIXTURES),
        **SETTINGS,
    )
    (folder / "output.txt").write_text(result.stdout + result.stderr, "utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture(scope="module")
def built(business: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(
        str(business / "click_to_cash.duckdb"), read_only=True
    ) as found:
        yield found


def expected(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: value or None for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def as_text(found: list[Row]) -> list[dict[str, str | None]]:
    return [
        {name: None if value is None else str(value) for name, value in row.items()}
        for row in found
    ]


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> Row:
    (row,) = rows(connection, sql)
    return row


def test_a_click_goes_all_the_way_to_its_deal_and_its_order(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """Fivetran-shaped click and spend to won value and order revenue, by the key."""
    key = expected(FIXTURES / "answer_key/roas_by_campaign_day.csv")
    columns = ", ".join(key[0])
    found = rows(
        built, f"select {columns} from marts.roas_by_campaign_day order by all"
    )
    assert as_text(found) == key


def test_every_connector_tells_the_columns_of_the_layout_in_order(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """They are put together by position: two that changed places would mix."""
    columns: dict[str, list[str]] = {}
    for row in rows(
        built,
        """
        select table_name, column_name
        from information_schema.columns
        where table_schema = 'staging'
        order by table_name, ordinal_position
        """,
    ):
        names = columns.setdefault(str(row["table_name"]), [])
        names.append(str(row["column_name"]))
    for connector, tables in CONNECTORS.items():
        for table in tables:
            layout = rows(built, f"describe raw.{table}")
            names = [str(column["column_name"]) for column in layout]
            names = [n for n in names if not n.endswith("_native")]
            told = columns[f"stg_{connector.removesuffix('_gql')}__{table}"]
            own = [n for n in told if n not in names]
            assert told[0] == "connector"
            assert [n for n in told if n not in own] == [
                n for n in names if n != "delivered_part"
            ]
            assert set(own) <= {
                *("connector", "raw_key", "is_replaced", "is_day_only", "synced_at")
            }


def test_every_raw_row_of_a_connector_is_accounted_for(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """Delivered, accepted, superseded and rejected rows, counted in the files."""
    found = rows(
        built,
        """
        select
            connector,
            table_name,
            delivered_row_count,
            accepted_row_count,
            superseded_row_count,
            rejected_row_count
        from marts.raw_row_accounts
        where delivered_row_count > 0
        """,
    )
    counts = {
        (row["connector"], row["table_name"]): tuple(list(row.values())[2:])
        for row in found
    }
    assert counts == {
        ("facebook_ads", "ad_accounts"): (1, 1, 0, 0),
        ("facebook_ads", "ad_spend"): (2, 1, 0, 1),
        ("facebook_ads", "campaigns"): (1, 1, 0, 0),
        ("forms", "form_fill_attributes"): (4, 4, 0, 0),
        ("forms", "form_fills"): (3, 3, 0, 0),
        ("google_ads", "ad_accounts"): (1, 1, 0, 0),
        ("google_ads", "ad_clicks"): (3, 2, 1, 0),
        # Three rows are two keys; one was delivered again; three are no costs.
        ("google_ads", "ad_spend"): (7, 3, 1, 3),
        ("google_ads", "campaigns"): (3, 2, 1, 0),
        ("hubspot", "crm_deal_stage_changes"): (8, 5, 3, 0),
        ("hubspot", "crm_deals"): (5, 3, 1, 1),
        ("hubspot", "deal_stages"): (3, 3, 0, 0),
        ("hubspot", "form_fills"): (1, 1, 0, 0),
        ("linkedin_ads", "ad_accounts"): (1, 1, 0, 0),
        ("linkedin_ads", "ad_spend"): (1, 1, 0, 0),
        ("linkedin_ads", "campaigns"): (1, 1, 0, 0),
        ("microsoft_ads", "ad_accounts"): (1, 1, 0, 0),
        ("microsoft_ads", "ad_spend"): (3, 2, 1, 0),
        ("microsoft_ads", "campaigns"): (1, 1, 0, 0),
        ("salesforce", "crm_deal_stage_changes"): (3, 2, 1, 0),
        ("salesforce", "crm_deals"): (1, 1, 0, 0),
        ("salesforce", "deal_stages"): (2, 2, 0, 0),
        ("salesforce", "form_fills"): (2, 2, 0, 0),
        ("segment", "ad_clicks"): (2, 2, 0, 0),
        ("segment", "form_fills"): (1, 1, 0, 0),
        ("segment", "web_sessions"): (3, 2, 1, 0),
        ("shopify", "order_lines"): (5, 5, 0, 0),
        ("shopify", "orders"): (3, 3, 0, 0),
        ("shopify", "products"): (2, 2, 0, 0),
        ("shopify", "refunds"): (2, 2, 0, 0),
        ("shopify_gql", "order_lines"): (1, 1, 0, 0),
        ("shopify_gql", "orders"): (1, 1, 0, 0),
        ("standard", "fx_rates"): (4, 4, 0, 0),
        ("tiktok_ads", "ad_accounts"): (1, 1, 0, 0),
        ("tiktok_ads", "ad_spend"): (2, 2, 0, 0),
        ("tiktok_ads", "campaigns"): (1, 1, 0, 0),
    }


def test_what_counts_for_nothing_says_why(built: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        built,
        """
        select connector, column_name, issue, raw_value
        from marts.data_issues
        where is_rejected
        order by all
        """,
    )
    assert [tuple(row.values()) for row in found] == [
        ("facebook_ads", "campaign_id", "missing", None),
        ("google_ads", "cost", "unreadable", "1234567.89 micros"),
        ("google_ads", "cost", "unreadable", "99999999999999999999"),
        ("google_ads", "cost", "unreadable", "abc"),
        ("hubspot", "currency_code", "missing", None),
    ]


def test_accepted_and_rejected_cost_is_what_was_delivered(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """Nothing is lost on the way to a reason, and nothing is added up twice."""
    delivered = one(
        built,
        """
        select
            (select sum(cast(cost_micros as decimal(18, 6))) / 1000000
             from raw_google_ads.campaign_stats
             where
                cost_micros similar to '[0-9]{1,12}'
                and cost_micros <> '5500000')
            + (select sum(cast(spend as decimal(18, 6))) from raw_facebook_ads.basic_ad)
            + 3.25 + 1.75 + 30 + 2.5 + 3.5 as cost
        """,
    )
    staged = one(
        built,
        """
        select
            sum(case standing when 'in_force' then cost end) as accepted,
            sum(case standing when 'rejected' then cost end) as rejected
        from staging.stg_connected__ad_spend
        """,
    )
    assert staged == {"accepted": 117, "rejected": staged["rejected"]}
    assert float(str(staged["rejected"])) == 1.25
    assert float(str(delivered["cost"])) == 117 + 1.25


def test_a_platform_claims_each_action_once(built: duckdb.DuckDBPyConnection) -> None:
    """Meta tells a lead under two types, LinkedIn forms beside website conversions."""
    claims = rows(
        built,
        """
        select
            platform,
            sum(platform_conversions) as n,
            sum(platform_conversion_value) as v
        from staging.stg_connected__ad_spend
        where standing = 'in_force'
        group by platform
        """,
    )
    found = {c["platform"]: (float(str(c["n"])), float(str(c["v"]))) for c in claims}
    assert found == {
        "google_ads": (2.333333, 100.0),
        "linkedin_ads": (3.0, 0.0),
        "meta_ads": (4.0, 12.5),
        "microsoft_ads": (2.0, 60.0),
        "tiktok_ads": (1.0, 10.0),
    }


def test_a_deal_counts_once_for_one_contact(built: duckdb.DuckDBPyConnection) -> None:
    """The one with the earliest valid click: here of a merged deal and contact.

    D4 was merged into a deal that is not delivered, and keeps its contact.
    """
    deals = rows(
        built,
        """
        select deal_id, contact_id, email
        from staging.stg_hubspot__deal_contacts
        union all
        select deal_id, contact_id, email
        from staging.stg_salesforce__deal_contacts
        order by deal_id
        """,
    )
    assert [tuple(deal.values()) for deal in deals] == [
        ("006A", "003A", "cy@corp.example"),
        ("D1", "10", "ann@firm.example"),
        ("D4", "14", "gus@firm.example"),
    ]
    won = one(
        built, "select count(*) as n, sum(won_value) as v from marts.deals where is_won"
    )
    assert won == {"n": 2, "v": 3600}


def test_a_form_has_the_click_id_of_its_own_time(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """The contact carries a later one by now, which would come after the form."""
    fill = one(
        built,
        """
        select match_source, click_id
        from marts.conversions
        where conversion_id = 'hs-f1'
        """,
    )
    assert fill == {"match_source": "own_click_id", "click_id": "Gclid-Deal-One"}


def test_stage_changes_are_told_when_they_were_recorded(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """A deal won at 800 that grew by 200 after it was won, in euros at 1.1."""
    entries = rows(
        built,
        """
        select event_type, revenue, occurred_at::date as day
        from marts.value_ledger
        where conversion_id = 'D1' and revenue <> 0
        order by occurred_at
        """,
    )
    assert [(e["event_type"], float(str(e["revenue"]))) for e in entries] == [
        ("deal_won", 880.0),
        ("deal_amount_changed", 220.0),
    ]
    assert [str(e["day"]) for e in entries] == ["2025-03-10", "2025-03-12"]


def test_a_deleted_deal_leaves_nothing(built: duckdb.DuckDBPyConnection) -> None:
    entries = rows(
        built,
        """
        select event_type, revenue
        from marts.value_ledger
        where conversion_id = 'D3' and revenue <> 0
        order by known_at, event_type desc
        """,
    )
    assert [(e["event_type"], float(str(e["revenue"]))) for e in entries] == [
        ("deal_won", 770.0),
        # The amount was cleared: it is none, not what it was before.
        ("deal_amount_changed", -770.0),
    ]
    gone = one(
        built,
        "select sum(revenue) as v from marts.value_ledger where"
        " conversion_id = 'D6' and event_type in ('deal_won', 'deal_deleted')",
    )
    assert gone == {"v": 0}


def test_a_click_of_two_connectors_is_one(built: duckdb.DuckDBPyConnection) -> None:
    """The platform knows its campaign, the site its moment and visitor."""
    click = one(
        built,
        """
        select connector, campaign_id, visitor_id, clicked_at::varchar as clicked_at
        from marts.clicks
        where click_id = 'Gclid-Order-One'
        """,
    )
    assert click == {
        "connector": "segment",
        "campaign_id": "1002",
        "visitor_id": "v1",
        "clicked_at": "2025-03-01 15:00:00",
    }


def test_what_shopify_says_of_totals_is_in_staging(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """In money of the shop: the customer of Q1 paid 81 of another currency."""
    totals = one(
        built,
        "select sum(total_price) as total from staging.stg_shopify__order_totals",
    )
    assert float(str(totals["total"])) == 136.60 + 10 + 120 + 60
    lines = rows(
        built,
        """
        select order_line_id, unit_price, discount_amount, unit_cost
        from staging.stg_connected__order_lines
        where standing = 'in_force'
        order by order_line_id
        """,
    )
    found = {
        line["order_line_id"]: tuple(
            None if value is None else float(str(value))
            for value in list(line.values())[1:]
        )
        for line in lines
    }
    assert found == {
        "L1": (50, 5, 20),
        "L2": (30, 0, None),  # what it costs is told in another currency
        "L3": (100, 0, None),  # 120 with 20 of tax in it
        "L4": (0, 0, None),  # a gift card is owed, not earned
        "L5": (10, 0, 20),
        "QL1": (20, 0, None),
    }


def test_answers_of_one_question_are_one_value(
    built: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        built,
        """
        select attribute_name, attribute_value
        from staging.stg_connected__form_fill_attributes
        where form_fill_id = 'typeform/t1'
        order by attribute_name
        """,
    )
    assert [tuple(row.values()) for row in found] == [
        ('a"b', "x"),
        ("plan", "pro"),
        ("size", "10-50, 50-200"),
    ]


def test_a_cut_address_lends_no_click_id(built: duckdb.DuckDBPyConnection) -> None:
    """Gravity Forms keeps 200 characters: half an ID would name nobody's click."""
    fill = one(
        built,
        """
        select click_id, page_url
        from staging.stg_connected__form_fills
        where form_fill_id = 'gravity/7'
        """,
    )
    assert fill["click_id"] == "0123456789abcdef0123456789abcdef"
    assert set(str(fill["page_url"]).rpartition("&utm_campaign=")[2]) == {"a"}


def test_what_is_not_delivered_is_named_once(business: Path) -> None:
    output = (business / "output.txt").read_text("utf-8")
    line = "shopify has no table order_shipping_line"
    assert output.count(line + "\n") == 1
    assert output.count("google_ads has no column bidding_strategy_type") == 1
    assert "has no table order_url_tag" in output  # of the REST shape
    assert "shopify has no table customer_visit" not in output  # of the other one


def test_a_second_sync_of_everything_changes_nothing(
    business: Path, tmp_path: Path
) -> None:
    """Or a fresh connection would have learnt of years of deals on its first day."""
    raw = tmp_path / "raw"
    shutil.copytree(FIXTURES, raw)
    with duckdb.connect() as connection:
        for path in sorted(raw.rglob("*.csv")):
            header = path.read_text("utf-8").splitlines()[0].split(",")
            later = [
                f"replace({name}, '2025-', '2027-') as {name}"
                for name in STAMPS.intersection(header)
            ]
            if later:
                connection.execute(
                    f"copy (select * replace ({', '.join(later)}) from read_csv("
                    f"'{path}', header = true, all_varchar = true)) to '{path}'"
                )
    code, output = run(
        tmp_path / "again",
        *(raw, "+path:models/staging"),
        connectors=SETTINGS["connectors"],
        facebook_ads_lead_action=SETTINGS["facebook_ads_lead_action"],
    )
    assert code == 0, output
    with duckdb.connect() as connection:
        for name, folder in {"once": business, "again": tmp_path / "again"}.items():
            connection.execute(
                f"attach '{folder / 'click_to_cash.duckdb'}' as {name} (read_only)"
            )
        read = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'once'"
            " and table_name like 'stg_connected__%' order by all"
        ).fetchall()
        assert len(read) > 10
        for (model,) in read:
            # A deal's deletion is dated by its sync, which is all that tells when.
            of_deals = model.endswith("__crm_deals")
            unlike = "exclude (loaded_at, delivered_text)" if of_deals else ""
            once, again = (
                f"select * {unlike} from {name}.staging.{model}"
                for name in ("once", "again")
            )
            differing = connection.execute(
                f"({once} except all {again}) union all ({again} except all {once})"
            ).fetchall()
            assert differing == [], model


def test_what_a_loader_changes_in_place_is_read_anew(
    business: Path, tmp_path: Path
) -> None:
    """Later models add what is new: without files to tell by, they must not."""
    raw, database = tmp_path / "raw", tmp_path / "click_to_cash.duckdb"
    shutil.copytree(FIXTURES, raw)
    shutil.copy(business / "click_to_cash.duckdb", database)
    for path, old, new in (
        ("google_ads/campaign_stats.csv", "20000000", "25000000"),
        ("google_ads/click_view.csv", "Gclid-Lead-Sfdc", "Gclid-Lead-Else"),
        ("shopify/refund.csv", "2025-03-10 20", "2025-03-11 20"),
    ):
        text = (raw / path).read_text("utf-8")
        assert old in text
        (raw / path).write_text(text.replace(old, new), "utf-8")
    result = run_dbt("run", folder=tmp_path, raw_location=str(raw), **SETTINGS)
    assert result.returncode == 0, result.stdout + result.stderr
    with duckdb.connect(str(database), read_only=True) as found:
        days = rows(
            found,
            """
            select campaign_id, spend, lead_gen_won_value, recorded_clicks
            from marts.roas_by_campaign_day
            where platform = 'google_ads'
            order by campaign_id
            """,
        )
        assert as_text(days) == [
            {
                "campaign_id": "1001",
                "spend": "16.00",
                "lead_gen_won_value": "1100.00",
                "recorded_clicks": "2",
            },
            {
                "campaign_id": "1002",
                "spend": "25.00",
                "lead_gen_won_value": "0.00",
                "recorded_clicks": "1",
            },
        ]


# The same tables from elsewhere.


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for dbt that only reads Google Ads, so that it is parsed once."""
    return tmp_path_factory.mktemp("google")


def spend_of(folder: Path) -> Mapping[str, object]:
    with duckdb.connect(str(folder / "click_to_cash.duckdb"), read_only=True) as found:
        return one(
            found,
            """
            select
                count(*) as row_count,
                sum(case standing when 'in_force' then cost end) as cost
            from staging.stg_connected__ad_spend
            """,
        )


GOOGLE = ("+stg_connected__ad_spend",)


def test_a_missing_required_column_stops_the_build(
    google: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(FIXTURES / "google_ads", raw / "google_ads")
    stats = raw / "google_ads/campaign_stats.csv"
    stats.write_text(stats.read_text("utf-8").replace("cost_micros", "cost"), "utf-8")
    code, output = run(google, raw, *GOOGLE, connectors="google_ads")
    assert code != 0
    assert (
        "Table campaign_stats of connector google_ads lacks the required column"
        " cost_micros in google_ads: have the loader deliver it, see docs/connectors.md"
    ) in " ".join(output.split())
    stats.unlink()
    code, output = run(google, raw, *GOOGLE, connectors="google_ads")
    assert code != 0
    assert (
        "Connector google_ads lacks the required table campaign_stats in"
        f" {raw}/google_ads"
    ) in " ".join(output.split())


def test_a_setting_that_is_no_name_stops_the_build(google: Path) -> None:
    """Its text goes into SQL."""
    code, output = run(
        google, FIXTURES, *GOOGLE, connectors="google_ads", google_ads_schema="a'; b"
    )
    assert code != 0
    assert "google_ads_schema (C2C_GOOGLE_ADS_SCHEMA)" in output


def test_an_unknown_connector_stops_the_build(google: Path) -> None:
    code, output = run(google, FIXTURES, *GOOGLE, connectors="google_ads,hubspott")
    assert code != 0
    assert "names 'hubspott', which is none: choose of standard, google_ads" in output


def test_raw_tables_come_from_a_database_its_own_or_another(
    google: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two accounts in two schemas of a database, one with names in capitals."""
    own = google / "click_to_cash.duckdb"
    for database, setting in (
        (tmp_path / "loader.duckdb", str(tmp_path / "loader.duckdb")),
        (own, "click_to_cash"),
    ):
        with duckdb.connect(str(database)) as loader:
            loader.execute("create schema ads_us; create schema ads_eu")
            for path in sorted((FIXTURES / "google_ads").glob("*.csv")):
                for schema, name in (("us", path.stem), ("eu", path.stem.upper())):
                    loader.execute(
                        f'create table ads_{schema}."{name}" as from read_csv(?)',
                        [str(path)],
                    )
            loader.execute("update ads_eu.CAMPAIGN_STATS set customer_id = 999")
        code, output = run(
            google,
            FIXTURES,
            *GOOGLE,
            connectors="google_ads",
            raw_database=setting,
            google_ads_schema="ads_us, ads_eu",
        )
        assert code == 0, output
        # Of each: two keys in force, one row superseded, three that are no costs.
        assert spend_of(google) == {"row_count": 12, "cost": 72}
        # A publication looks at what was delivered from outside.
        monkeypatch.setenv("C2C_CONNECTORS", "google_ads")
        monkeypatch.setenv("C2C_RAW_DATABASE", setting)
        with connect(raw_database=raw_database()) as looking:
            looking.execute(f"attach '{own}' as build (read_only)")
            tell(looking, "build", layout())
            assert one(looking, "select count(*) as n from told.ad_spend") == {"n": 14}


def test_a_click_report_has_the_name_that_the_setting_gives_it(
    google: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(FIXTURES / "google_ads", raw / "google_ads")
    (raw / "google_ads/click_view.csv").rename(raw / "google_ads/our_clicks.csv")
    code, output = run(
        google,
        raw,
        "+stg_connected__ad_clicks",
        connectors="google_ads",
        google_ads_click_table="our_clicks",
    )
    assert code == 0, output
    with duckdb.connect(str(google / "click_to_cash.duckdb"), read_only=True) as found:
        clicks = rows(
            found,
            """
            select campaign_id, clicked_at::varchar as clicked_at
            from staging.stg_connected__ad_clicks
            order by all
            """,
        )
    # The day began at five in the morning, UTC; the ad group tells a blank campaign.
    day = "2025-03-01 05:00:00"
    assert [tuple(click.values()) for click in clicks] == [
        ("1001", day),
        ("1001", day),
        ("1002", day),
    ]

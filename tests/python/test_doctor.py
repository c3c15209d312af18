"""The doctor tells what raw data lacks, what hangs on it, and whom nobody need know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result
from warehouse import PROJECT

from click_to_cash.cli import app
from click_to_cash.doctor import doctor, shown
from click_to_cash.doctor.doctor import Examination
from click_to_cash.settings import database_path

Row = dict[str, Any]

ACCOUNTS = """id,updated_at,descriptive_name,currency_code,time_zone
1,2025-06-01 00:00:00,Desks US,USD,America/New_York
2,2025-06-01 00:00:00,Desks DE,EUR,Mars/Olympus
"""
CAMPAIGNS = """id,updated_at,customer_id,name,advertising_channel_type
11,2025-06-01 00:00:00,1,Shopping desks,SHOPPING
12,2025-06-01 00:00:00,2,Herbst,SEARCH
13,2025-06-01 00:00:00,2,lamps@example.org,SEARCH
"""
SPEND = """customer_id,id,date,cost_micros,device,ad_network_type
1,11,2025-07-01,10000000,MOBILE,SEARCH
1,11,2025-07-01,5500000,DESKTOP,SEARCH
1,99,2025-07-02,3000000,MOBILE,SEARCH
2,12,2025-07-02,7250000,MOBILE,SEARCH
2,13,2025-07-02,1000000,MOBILE,SEARCH
3,11,2025-07-02,250000,MOBILE,SEARCH
"""
# Two connectors and the standard layout, each thing wrong in its own number.
SICK = {
    "google_ads/account_history": ACCOUNTS,
    "google_ads/campaign_history": CAMPAIGNS,
    "google_ads/campaign_stats": SPEND,
    "google_ads/ad_group_history": "id,updated_at,campaign_id\n",
    "my_meta/account_history": "id,name\n7,Social\n",
    "my_meta/campaign_history": "id,account_id,updated_time,name\n"
    "71,7,2025-06-01 00:00:00,Lead gen autumn\n",
    "my_meta/ad_history": "id,campaign_id,updated_time\n701,71,2025-06-01 00:00:00\n",
    "my_meta/basic_ad": "ad_id,date,account_id,spend\n"
    "701,2025-06-20,7,20.25\n701,2025-06-21,7,0.75\n",
    "form_fills": "form_fill_id,submitted_at,click_id,page_url,email,phone\n"
    "f1,2025-07-01 10:00:00,g-1,,jane@doe.example,+15550100\n"
    "f2,2025-07-01 11:00:00,,https://x.example/?a=1&GCLID=g-2,jon@doe.example,\n"
    "f3,2025-07-01 12:00:00,,https://x.example/?gclid={gclid},,\n"
    "f4,jane@doe.example,,,+15550100,\n"
    "f5,01/07/2025 9:30,,,,\n"
    "f6,02/07/2025 9:30,,,,\n",
    "crm_deals": "deal_id,created_at,currency_code,amount,pipeline,stage,email\n"
    "d1,2025-07-01 00:00:00,USD,100,direct,won,jane@doe.example\n"
    "d2,2025-07-01 00:00:00,,900,direct,won,\n"
    "d3,2025-07-02 00:00:00,,100.50,direct,won,\n"
    "d4,2025-07-02 00:00:00,USD,5,direct,Won,\n"
    "d5,2025-07-02 00:00:00,USD,5,partner,quoted,\n"
    "d6,2025-07-02 00:00:00,USD,5,,quoted,\n",
    "crm_deal_stage_changes": "deal_id,stage,changed_at\n"
    "d1,won,2025-07-01 00:00:00\nd1,Won,2025-07-02 00:00:00\n"
    "d4,Won,2025-07-02 00:00:00\n",
    "deal_stages": "pipeline,stage,position,is_won,is_lost\n"
    ",won,2,true,false\npartner,quoted,1,false,false\n",
    "orders": "order_id,ordered_at,currency_code\n"
    + "".join(f"o{n},2025-07-02 00:00:00,USD\n" for n in range(11))
    # Seven days after the only rate, and eight.
    + "o11,2025-07-02 00:00:00,GBP\no12,2025-07-03 00:00:00,GBP\n",
    "fx_rates": "rate_date,from_currency_code,to_currency_code,rate\n"
    "2025-06-25,GBP,USD,1.3\n",
}
WELL = {
    "google_ads/account_history": ACCOUNTS.replace("EUR,Mars/Olympus", "USD,UTC"),
    "google_ads/campaign_history": CAMPAIGNS.replace("Herbst", "Leadgen Herbst"),
    "google_ads/campaign_stats": "\n".join(
        line for line in SPEND.splitlines() if line[:4] not in ("1,99", "2,13", "3,11")
    ),
    "google_ads/click_view": "gclid,date,customer_id,campaign_id\n"
    "g-1,2025-07-01,1,11\n",
    # Forms are collected on the site alone, and not by the CRM.
    "segment/pages": "id,anonymous_id,timestamp,url\n"
    "p1,v1,2025-07-01 09:00:00,https://x.example/?gclid=g-1\n",
    "segment/form_submitted": "id,timestamp,gclid\nf1,2025-07-01 09:05:00,g-1\n",
    "hubspot/contact": "id\nc1\n",
    "hubspot/deal": "deal_id,property_createdate,property_deal_currency_code,"
    "deal_pipeline_id,deal_pipeline_stage_id\nd1,2025-07-02,USD,sales,open\n",
    "hubspot/deal_pipeline_stage": "stage_id,pipeline_id,closed_won\n"
    "open,sales,FALSE\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[pytest.MonkeyPatch]:
    """The project's folder, with all that is written elsewhere; parsed by dbt once."""
    scratch = tmp_path_factory.mktemp("doctor")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("C2C_DUCKDB_PATH", str(scratch / "mine.duckdb"))
        patch.setenv("DBT_TARGET_PATH", str(scratch / "target"))
        patch.setenv("DBT_LOG_PATH", str(scratch / "logs"))
        patch.setenv("C2C_HISTORY_PATH", str(scratch / "history"))
        patch.setenv("C2C_EXPORT_LOG_PATH", str(scratch / "export_log"))
        patch.setenv("C2C_RAW_LOCATION", str(scratch / "raw"))
        patch.setenv("C2C_CONNECTORS", "google_ads, standard, facebook_ads")
        patch.setenv("C2C_FACEBOOK_ADS_SCHEMA", "my_meta")
        yield patch


@pytest.fixture(scope="module")
def sick(
    settings: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Examination:
    """What is found in the sick world."""
    folder = write(tmp_path_factory.mktemp("sick") / "raw", SICK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("C2C_RAW_LOCATION", str(folder))
        found = doctor.examine(lambda title: None, lambda index, total: None)
        place = database_path()
    assert not place.exists()
    left = {path.name for path in place.parent.iterdir()} - {"target", "logs"}
    assert left == {".doctor.lock"}
    return found


def fix(found: Examination, kind: str, connector: str) -> Row:
    (row,) = [
        row
        for row in found.facts["fixes"]
        if (row["kind"], row["connector"]) == (kind, connector)
    ]
    return row


def rendered(found: Examination, width: int) -> str:
    console = Console(width=width, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(shown.render(found))
    return captured.get()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


def printed(text: str) -> str:
    """The output without the colours that CI and terminals may force."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_each_connector_tells_what_it_found_and_what_it_lacks(
    sick: Examination,
) -> None:
    """A table that nobody misses is missed in the reports."""
    found = {
        row["connector"]: (row["found_table_count"], row["table_count"])
        for row in sick.facts["connectors"]
    }
    assert found == {"google_ads": (4, 5), "standard": (6, 16), "facebook_ads": (4, 6)}
    assert list(found) == ["google_ads", "standard", "facebook_ads"]
    missing = {
        (row["connector"], row["table_name"], row["column_name"])
        for row in sick.facts["missing"]
    }
    assert ("google_ads", "click_view", None) in missing
    assert ("facebook_ads", "account_history", "currency") in missing
    assert ("standard", "products", None) in missing
    assert ("standard", "orders", "click_id") in missing
    assert ("standard", "orders", "currency_code") not in missing
    places = {row["connector"]: row["place"] for row in sick.facts["connectors"]}
    assert places["facebook_ads"] == places["standard"] + "/my_meta"


def test_rows_are_counted_as_they_were_delivered(sick: Examination) -> None:
    """Devices are added up to one bill; the loader's rows are still two."""
    tables = {
        (row["connector"], row["table_name"]): row for row in sick.facts["tables"]
    }
    spend = tables["google_ads", "ad_spend"]
    assert (spend["row_count"], spend["in_force_row_count"]) == (6, 6)
    assert str(spend["newest_date"]) == "2025-07-02"
    deals = tables["standard", "crm_deals"]
    assert (deals["row_count"], deals["rejected_row_count"]) == (6, 2)
    assert tables["google_ads", "ad_clicks"]["row_count"] == 0
    assert ("standard", "products") not in tables
    assert ("facebook_ads", "ad_clicks") not in tables


def test_a_click_id_counts_in_its_own_column_or_in_the_page(
    sick: Examination,
) -> None:
    """A template that nobody filled is no ID."""
    carried = {
        row["table_name"]: (row["click_id_row_count"], row["in_force_row_count"])
        for row in sick.facts["tables"]
        if row["click_id_row_count"] is not None
    }
    assert carried == {"form_fills": (2, 3), "crm_deals": (0, 4), "orders": (0, 13)}
    assert fix(sick, "click_ids_few", "standard")["subjects"] == ["0 of 13"]


def test_money_that_counts_for_nothing_is_told_in_order(sick: Examination) -> None:
    """Who mends one thing on a Monday should mend the dearest."""
    told = [(row["kind"], row["connector"]) for row in sick.facts["fixes"]]
    assert told == [
        ("spend_without_currency", "facebook_ads"),
        ("account_unlisted", "google_ads"),
        ("rows_without_currency", "standard"),
        ("rate_missing", "google_ads"),
        ("rate_missing", "standard"),
        ("rows_rejected", "standard"),
        ("campaign_unlisted", "google_ads"),
        ("campaign_undecided", "google_ads"),
        ("stage_unlisted", "standard"),
        ("table_late", "facebook_ads"),
        ("click_ids_few", "standard"),
        ("click_log_missing", "google_ads"),
        ("click_log_missing", "facebook_ads"),
        ("zone_missing", "facebook_ads"),
        ("zone_unknown", "google_ads"),
    ]


@pytest.mark.parametrize(
    ("kind", "connector", "amounts", "row_count", "subject_count"),
    [
        ("spend_without_currency", "facebook_ads", {None: "21.00"}, 2, 1),
        # Campaign 11 is an account's that is not listed, too.
        ("account_unlisted", "google_ads", {None: "0.25"}, 1, 1),
        ("rows_without_currency", "standard", {None: "1000.50"}, 2, 1),
        ("rate_missing", "google_ads", {"EUR": "8.25"}, 2, 1),
        ("rate_missing", "standard", {}, 1, 1),
        ("campaign_unlisted", "google_ads", {"USD": "3.00", None: "0.25"}, 2, 2),
        ("campaign_undecided", "google_ads", {"EUR": "8.25"}, 2, 2),
        # Won, in capitals, on d4 and in two changes; quoted on d6, of no pipeline.
        ("stage_unlisted", "standard", {}, 4, 2),
        ("zone_unknown", "google_ads", {"EUR": "8.25"}, 2, 1),
    ],
)
def test_what_hangs_on_a_finding_is_added_up(
    sick: Examination,
    kind: str,
    connector: str,
    amounts: dict[str | None, str],
    row_count: int,
    subject_count: int,
) -> None:
    """An amount that is wrong sends somebody to mend the wrong thing."""
    row = fix(sick, kind, connector)
    found = {a["currency_code"]: a["amount"] for a in row["amounts"]}
    assert found == {code: Decimal(amount) for code, amount in amounts.items()}
    assert (row["row_count"], row["subject_count"]) == (row_count, subject_count)


@pytest.mark.parametrize(
    ("kind", "connector", "place", "remedy"),
    [
        (
            *("spend_without_currency", "facebook_ads", "ad_accounts.currency_code"),
            "add a row with the currency of each to"
            " seeds/reference/connector_defaults.csv",
        ),
        (
            *("rows_without_currency", "standard", "crm_deals.currency_code"),
            "fill currency_code in crm_deals",
        ),
        (
            *("click_log_missing", "google_ads", "ad_clicks.click_id"),
            "have the loader deliver click_view",
        ),
        (
            *("click_log_missing", "facebook_ads", "ad_clicks.click_id"),
            "log ad clicks as they land on the site, with ID and campaign, in"
            " ad_clicks of the standard layout",
        ),
    ],
)
def test_a_finding_names_its_place_and_a_remedy_that_works_there(
    sick: Examination, kind: str, connector: str, place: str, remedy: str
) -> None:
    """The seed of defaults is read by connectors alone; a file is mended in itself."""
    row = fix(sick, kind, connector)
    assert f"{row['table_name']}.{row['column_name']}" == place
    assert row["what_to_do"] == remedy


def test_a_rejected_value_is_shown_by_its_form_alone(sick: Examination) -> None:
    (row,) = sick.facts["rejections"][:1]
    assert (row["table_name"], row["column_name"]) == ("form_fills", "submitted_at")
    assert (row["row_count"], row["value_form"]) == (3, "99/99/9999 9:99")


def test_nobodys_address_or_number_is_told(sick: Examination) -> None:
    """What the doctor prints goes into tickets and chats."""
    for text in (rendered(sick, 80), rendered(sick, 400), shown.as_json(sick)):
        assert "Shopping desks" in text or "Herbst" in text
        for personal in ("@", "example", "doe", "5550100"):
            assert personal not in text
    assert "an address" in rendered(sick, 120)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(sick: Examination, width: int) -> None:
    lines = rendered(sick, width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line.rstrip().endswith("…") for line in lines)


def test_json_tells_the_same_facts(
    sick: Examination, settings: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "examine", lambda begun, advanced: sick)
        result = run("--json")
        text = printed(run().stdout)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["is_healthy"] is False
    assert [row["found"] for row in told["fixes"]] == [
        row["found"] for row in sick.facts["fixes"]
    ]
    assert {name: len(told[name]) for name in doctor.FACTS} == {
        name: len(sick.facts[name]) for name in doctor.FACTS
    }
    in_a_line = " ".join(text.split())
    for row in told["fixes"]:
        assert row["found"] in in_a_line
        assert row["what_to_do"] in in_a_line


def test_a_healthy_world_has_nothing_to_fix(
    settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An alarm on every Monday is none; and all of it without the standard layout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("C2C_CONNECTORS", "google_ads,segment,hubspot")
        patch.setenv("C2C_RAW_LOCATION", str(write(tmp_path, WELL)))
        result = run()
    assert result.exit_code == 0, result.output
    lines = [line.rstrip() for line in printed(result.stdout).splitlines()]
    assert lines[-1] == shown.HEALTHY
    # Three raw rows of spend, all in force.
    (spend,) = [line.split() for line in lines if line.startswith("ad_spend")]
    assert spend == ["ad_spend", "3", "3", "2025-07-02"]


def test_raw_tables_may_lie_in_the_database_of_the_build(
    settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The doctor reads in a database of its own, and looks into that one."""
    place = tmp_path / "mine.duckdb"
    folder = write(tmp_path, WELL)
    with duckdb.connect(str(place)) as loader:
        loader.execute("create schema google_ads")
        for path in sorted((folder / "google_ads").glob("*.csv")):
            loader.execute(
                f"create table google_ads.{path.stem} as from read_csv(?)", [str(path)]
            )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("C2C_CONNECTORS", "google_ads")
        patch.setenv("C2C_DUCKDB_PATH", str(place))
        patch.setenv("C2C_RAW_DATABASE", "mine")
        result = run("--json")
    assert result.exit_code == 0, result.output
    (spend,) = [
        row
        for row in json.loads(result.stdout)["tables"]
        if row["table_name"] == "ad_spend"
    ]
    assert spend["in_force_row_count"] == 3


def test_a_missing_required_column_is_the_first_thing_to_mend(
    settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One line that names it, for nothing can be said before it is there."""
    spend = SPEND.replace("cost_micros", "cost")
    folder = write(tmp_path, WELL | {"google_ads/campaign_stats": spend})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("C2C_CONNECTORS", "google_ads")
        patch.setenv("C2C_RAW_LOCATION", str(folder))
        result = run("--json")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert printed(result.stderr) == (
        "error: Table campaign_stats of connector google_ads lacks the required column"
        " cost_micros in google_ads: have the loader deliver it, see"
        " docs/connectors.md\n"
    )

"""Exports of the demo: files, their log, platforms' answers, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
import stat
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import export_files
import pytest
import yaml
from conftest import DemoBuild
from google.ads import datamanager_v1
from google.ads.googleads.v25.errors.types.conversion_adjustment_upload_error import (
    ConversionAdjustmentUploadErrorEnum,
)
from google.ads.googleads.v25.errors.types.conversion_upload_error import (
    ConversionUploadErrorEnum,
)
from privacy_scan import Planted, in_files
from publication import Ended, Place
from warehouse import PROJECT, rows

from click_to_cash.build import mark_gate
from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import export, fitness, formats, log

NOW = "2026-01-10T06:00:00"
SEEDS = PROJECT / "seeds/reference"


def seed(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SEEDS / name).read_text("utf-8").splitlines()))


def place_of(demo_build: DemoBuild, folder: Path) -> Place:
    """The demo as built, in a folder of its own."""
    database = folder / "build.duckdb"
    shutil.copy(demo_build.database, database)
    # The demo was built by dbt alone: as far as gates go, it may leave.
    mark_gate(database, is_closed=False)
    return Place(folder, PROJECT / "seeds/demo", database, folder / "published.duckdb")


@pytest.fixture(scope="module")
def place(demo_build: DemoBuild, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_of(demo_build, tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def exported(place: Place) -> Ended:
    """What is ready in the demo, written once."""
    shown = place.run("export", "--now", NOW)
    assert shown.code == 0, shown.output
    assert "nothing is written" in shown.output
    assert not place.export_log.exists()
    ended = place.run("export", "--now", NOW, "--out", str(place.folder / "out"))
    assert ended.code == 0, ended.output
    return ended


@pytest.fixture
def out(place: Place, exported: Ended) -> list[Path]:
    found = sorted((place.folder / "out").iterdir())
    assert exported.code == 0
    return found


def test_every_file_is_what_its_platform_takes(out: list[Path]) -> None:
    for file in out:
        export_files.check(file)
    written = {file.name.partition("-")[0] for file in out}
    # Meta takes a week; the demo's last orders are older by then.
    assert written == {*export.FORMATS} - {"meta_ads"}


def test_nobodys_address_or_number_is_in_a_file(place: Place, out: list[Path]) -> None:
    planted = Planted.of(place.raw)
    assert len(planted.addresses) > 500
    assert not in_files(planted, *out)
    for path in [*out, *place.export_log.iterdir(), place.export_log]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_what_was_shown_is_what_was_written(place: Place, out: list[Path]) -> None:
    with duckdb.connect(str(place.database), read_only=True) as connection:
        logged = rows(connection, f"from '{place.export_log}/*.parquet'")
        ready = rows(
            connection, "from exports.conversion_events where status = 'ready'"
        )
    keys = ("destination", "conversion_name", "transaction_id", "kind", "value")
    told = {tuple(row[key] for key in keys) for row in logged}
    assert told == {tuple(row[key] for key in keys) for row in ready}
    assert len(told) == len(logged) == len(ready) > 500
    assert {row["file"] for row in logged} == {str(file) for file in out}


def test_the_files_are_told_by_their_first_and_last(
    exported: Ended, place: Place, out: list[Path]
) -> None:
    """Hundreds of lines that differ by a number hide those that matter."""
    alike: dict[str, list[Path]] = defaultdict(list)
    for file in out:
        alike[file.stem.rpartition("-")[0]].append(file)
    assert any(len(files) > 1 for files in alike.values())
    with duckdb.connect(str(place.database), read_only=True) as connection:
        for files in alike.values():
            (counted,) = connection.execute(
                f"select count(*) from '{place.export_log}/*.parquet' where file in ?",
                [[str(file) for file in files]],
            ).fetchone() or (0,)
            until = f" to {files[-1].name}" if len(files) > 1 else ""
            assert f" {counted:,} events in {files[0]}{until}\n" in exported.output


def test_nothing_goes_twice_and_answers_count(place: Place, out: list[Path]) -> None:
    """Refused for good, refused for now, and never uploaded."""
    batches = {file.stem: export_files.content(file) for file in out}
    deals = "google_ads-conversions-20260110T060000Z-002"
    assert {row["Conversion Name"] for row in batches[deals]} == {"Closed deal profit"}
    refused = place.folder / "answer.csv"
    lines = [
        row | {"Error": error}
        for row, error in zip(
            batches[deals], ["EXPIRED_EVENT", "UNAUTHORIZED_CUSTOMER", ""], strict=False
        )
    ]
    assert len(lines) == len(batches[deals]) == 3
    with refused.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    noon = ("--now", "2026-01-10T12:00:00")
    ended = place.run("export", "confirm", deals, "--results", str(refused), *noon)
    assert "1 accepted, 2 refused" in ended.output, ended.output
    lost = next(batch for batch in batches if batch.startswith("tiktok_ads-crm"))
    ended = place.run("export", "confirm", lost, "--not-uploaded", *noon)
    assert f"0 accepted, {len(batches[lost]['data'])} refused" in ended.output
    ended = place.run("export", "confirm", lost, "--not-uploaded", *noon)
    assert ended.error.endswith("was answered: it was uploaded")
    later = place.folder / "later"
    ended = place.run("export", "--now", "2026-01-11", "--out", str(later))
    assert ended.code == 0, ended.output
    again = {file.name: export_files.check(file) for file in sorted(later.iterdir())}
    # One deal and the lost batch; everything else is with its platform.
    retried = [c for name, c in again.items() if name.startswith("google_ads")]
    assert [row["Order ID"] for row in retried[0]] == [lines[1]["Order ID"]]
    (leads,) = [c for name, c in again.items() if name.startswith("tiktok_ads-crm")]
    assert leads == batches[lost]
    with duckdb.connect(str(place.database), read_only=True) as connection:
        reasons = rows(
            connection,
            "select status, reason from exports.conversion_events where destination ="
            f" 'google_ads' and transaction_id = '{lines[0]['Order ID']}'"
            " and conversion_name = 'Closed deal profit' and kind = 'conversion'",
        )
        held = rows(
            connection,
            "select sum(told_count) as n from exports.export_coverage"
            " where destination = 'google_ads' and conversion_name = 'Purchase profit'",
        )
    assert reasons == [{"status": "rejected", "reason": "EXPIRED_EVENT"}]
    purchases = [b for b in batches if b.startswith("google_ads") and b != deals]
    assert held[0]["n"] == sum(len(batches[batch]) for batch in purchases)


def test_the_log_is_as_its_source_says() -> None:
    text = (PROJECT / "models/staging/exported/_sources.yml").read_text("utf-8")
    ((table,),) = [source["tables"] for source in yaml.safe_load(text)["sources"]]
    assert [column["name"] for column in table["columns"]] == log.SCHEMA.names


def test_reasons_are_the_platforms_own_names() -> None:
    """A name that the platform does not have sends people looking for nothing."""
    google_ads = {
        *ConversionUploadErrorEnum.ConversionUploadError.__members__,
        *ConversionAdjustmentUploadErrorEnum.ConversionAdjustmentUploadError.__members__,
    }
    prefix = "PROCESSING_ERROR_REASON_"
    data_manager = {
        name.removeprefix(prefix)
        for name in datamanager_v1.ProcessingErrorReason.__members__
    }
    own = [
        row for row in seed("platform_errors.csv") if "Google Ads API" not in row["why"]
    ]
    for destination, known in (
        ("google_ads", google_ads),
        ("google_data_manager", data_manager),
    ):
        names = {row["error"] for row in own if row["destination"] == destination}
        assert len(names) > 5
        assert names <= known, destination


def test_every_destination_is_one_that_can_be_written() -> None:
    destinations = seed("export_destinations.csv")
    assert {row["destination"] for row in destinations} == {*export.FORMATS}
    limits = {name: schema_limit(name) for name in export.FORMATS}
    sizes = {row["destination"]: int(row["events_per_batch"]) for row in destinations}
    assert sizes == limits


def schema_limit(destination: str) -> int:
    """The most events that the schema of a file allows."""
    schema = formats.schema(destination)
    lists = [*schema.get("properties", {}).values(), *schema.get("oneOf", ())]
    return max(int(part.get("maxItems", 0)) for part in lists)


@pytest.mark.parametrize(
    ("settings", "arguments", "told"),
    [
        ({}, ["--now", "2025-06-01"], "the newest that the build has seen"),
        ({}, ["--now", "2100-01-01", "--out", "out"], "is in the future"),
        ({}, ["--destination", "bing"], "no destination bing: there are google_data"),
        ({"C2C_REPORTING_CURRENCY": "EUR"}, [], "reporting_currency USD, not EUR"),
        ({"C2C_RAW_LOCATION": "/elsewhere"}, [], "raw_location"),
        (
            {"C2C_DUCKDB_PATH": "no.duckdb"},
            [],
            "no database at no.duckdb: run `c2c build`",
        ),
    ],
)
def test_what_would_tell_nonsense_is_refused(
    place: Place, settings: dict[str, str], arguments: list[str], told: str
) -> None:
    ended = place.run("export", *(arguments or ["--now", NOW]), environment=settings)
    assert ended.code == 1
    assert told in ended.error, ended.output


def test_what_the_gate_held_back_is_not_exported(
    demo_build: DemoBuild, tmp_path: Path
) -> None:
    place = place_of(demo_build, tmp_path)
    # Whoever builds without `c2c` has checked nothing, until it does.
    shutil.copy(demo_build.database, place.database)
    assert "have not passed their gate" in place.run("export", "--now", NOW).error
    mark_gate(place.database, is_closed=False)
    with duckdb.connect(str(place.database)) as connection:
        connection.execute("insert into raw._unfinished_runs values ('killed')")
    assert (
        "failed, was stopped or was of a few models"
        in place.run("export", "--now", NOW).error
    )
    with duckdb.connect(str(place.database)) as connection:
        connection.execute("delete from raw._unfinished_runs")
        connection.execute("update marts.build_info set as_of = '2025-07-01'")
    assert "was built as of 2025-07-01" in place.run("export", "--now", NOW).error


def test_conversions_of_another_business_are_not_taken_back() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute("""
            create table intermediate.int_conversions as
            select 'order' as conversion_type, 'O' || i as conversion_id
            from range(100) as n(i)
        """)
        connection.execute("""
            create table intermediate.int_transactions_told as
            select 'order' as conversion_type, 'O' || i as conversion_id,
                true as is_open, true as is_last
            from range(80, 111) as n(i)
        """)
        with pytest.raises(ClickToCashError, match="11 of 31 conversions"):
            fitness.refuse_strangers(connection)
        connection.execute(
            "delete from intermediate.int_transactions_told"
            " where conversion_id = 'O110'"
        )
        fitness.refuse_strangers(connection)


# What platforms answer, in their own formats.

ORDERS = ["O1", "O2", "O3"]
BULK = "Type,Client Id,Error\nFormat Version,,\n"


def google_error(index: int, error: str) -> dict[str, Any]:
    return {
        "errorCode": {"conversionUploadError": error},
        "location": {
            "fieldPathElements": [{"fieldName": "conversions", "index": index}]
        },
    }


def told(status: str, **reasons: int) -> dict[str, Any]:
    counts = [
        {"reason": f"PROCESSING_ERROR_REASON_{reason}", "recordCount": str(count)}
        for reason, count in reasons.items()
    ]
    return {
        "requestStatusPerDestination": [
            {"requestStatus": status, "errorInfo": {"errorCounts": counts}}
        ]
    }


@pytest.mark.parametrize(
    ("destination", "answer", "expected"),
    [
        ("google_ads", {"results": [{}, {}, {}]}, [None, None, None]),
        (
            "google_ads",
            {
                "results": [{}, {}, {}],
                "partialFailureError": {
                    "details": [{"errors": [google_error(1, "CLICK_NOT_FOUND")]}]
                },
            },
            [None, "CLICK_NOT_FOUND", None],
        ),
        ("google_ads", {"error": {"code": 401}}, ["request_rejected"] * 3),
        (
            "google_ads",
            "Parameters:TimeZone=+0000\nOrder ID,Error\nO3,EXPIRED_EVENT\nO1,\nO2,\n",
            [None, None, "EXPIRED_EVENT"],
        ),
        (
            "google_data_manager",
            {"error": {"details": [{"fieldViolations": [{"field": "events[2].x"}]}]}},
            ["request_rejected", "request_rejected", "INVALID_EVENT"],
        ),
        ("google_data_manager", told("SUCCESS"), [None, None, None]),
        ("google_data_manager", told("FAILED", EVENT_TOO_OLD=3), ["EVENT_TOO_OLD"] * 3),
        (
            "microsoft_ads",
            BULK + "Offline Conversion,O2,\nOffline Conversion,O1,\n"
            "Offline Conversion Error,O1,OutsideGoalLookbackWindow\n"
            "Offline Conversion,O3,\n",
            ["OutsideGoalLookbackWindow", None, None],
        ),
        ("meta_ads", {"events_received": 3}, [None, None, None]),
        ("meta_ads", {"error": {"code": 100}}, ["request_rejected"] * 3),
        (
            "linkedin_ads",
            {"elements": [{"status": 201}, {"status": 400}, {"status": 201}]},
            [None, "400", None],
        ),
        ("linkedin_ads", {"status": 401}, ["request_rejected"] * 3),
        ("tiktok_ads", {"code": 0}, [None, None, None]),
        ("tiktok_ads", {"code": 40105}, ["request_rejected"] * 3),
    ],
)
def test_an_answer_is_read_event_by_event(
    destination: str, answer: Any, expected: Sequence[str | None]
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    found = export.FORMATS[destination].answers(text, ORDERS)
    assert found == [(n, error) for n, error in enumerate(expected, start=1)]


@pytest.mark.parametrize(
    ("destination", "answer", "told_is"),
    [
        ("google_ads", {"results": [{}]}, "do not have 3 results"),
        (
            "google_ads",
            {"results": [{}] * 3, "partialFailureError": {"details": [{"errors": []}]}},
            "without saying of what",
        ),
        ("google_ads", "Order ID\nO1\nO2\nO3\n", "with a column Error"),
        ("google_data_manager", told("PROCESSING"), "ask again later"),
        (
            "google_data_manager",
            told("PARTIAL_SUCCESS", TOO_RECENT_CLICK=1),
            r"TOO_RECENT_CLICK 1\)",
        ),
        ("google_data_manager", {}, "requestStatus.retrieve"),
        ("microsoft_ads", BULK + "Offline Conversion,O1,\n", "not those of the 3 rows"),
        ("meta_ads", {"events_received": 2}, "answer to this file"),
        ("linkedin_ads", {"elements": []}, "do not have 3 elements"),
        ("tiktok_ads", "<html>", "no JSON object"),
    ],
)
def test_an_answer_to_something_else_marks_nothing(
    destination: str, answer: Any, told_is: str
) -> None:
    """All of a batch would be taken for told, or sent again."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    with pytest.raises(ClickToCashError, match=told_is):
        export.FORMATS[destination].answers(text, ORDERS)


def test_what_its_schema_forbids_is_left_out_alone() -> None:
    event: dict[str, Any] = {
        "event_id": "x",
        "conversion_name": "Closed deal",
        "conversion_type": "deal",
        "platform_action_id": "20000002",
        "kind": "conversion",
        "currency_code": "USD",
        "value": 5,
        "event_at": datetime(2025, 1, 1),
        "click_id": None,
        "hashed_email": "a" * 64,
    }
    sound = event | {"transaction_id": "D1"}
    long = event | {"transaction_id": "D" * 65}
    nobody = sound | {"hashed_email": None}
    exported = export.Exported()
    form = export.FORMATS["linkedin_ads"]
    found = export._sound(
        "linkedin_ads", form, "events", [long, sound, nobody], exported
    )
    assert [told["transaction_id"] for told, _ in found] == ["D1"]
    assert len(exported.malformed) == 2
    assert exported.malformed[0].startswith("linkedin_ads x: ")

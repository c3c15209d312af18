"""However raw rows arrive, incremental runs end where one full build does.

A delivery is a Parquet part in the folder of each of its tables. Histories are random
worlds whose rows are dealt to deliveries, some of them twice; after each delivery dbt
runs, sometimes as of a past time, sometimes in vain at first. At last every mart and
export must be that of the compiled models on all rows. `make histories` tries 50.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from reference import LAYOUTS
from warehouse import PROJECT, Models, compile_models, run_dbt
from worlds import RawRow, World, worlds

from click_to_cash.publish import checksum_of

HISTORIES = int(os.environ.get("C2C_TEST_HISTORIES", "12"))
# Together as many histories, so that several processes share them.
GROUPS = 4
COLUMNS = {table: [c.name for c in layout.columns] for table, layout in LAYOUTS.items()}
# What a part may lack.
OPTIONAL = {
    table: [c.name for c in layout.columns if not c.is_required]
    for table, layout in LAYOUTS.items()
}


@dataclass
class Delivery:
    """Rows that arrive together, and how dbt is run after them.

    `without` names columns that the parts of some tables lack. Where `breaks` is "run"
    or "retry" the run fails half-way, and that command makes up for it.
    """

    rows: World
    without: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    breaks: str = ""

    def arriving(self, table: str) -> list[RawRow]:
        """The rows of a table as its part holds them."""
        left_out = self.without.get(table)
        return [
            {name: text for name, text in row.items() if name != left_out}
            for row in self.rows[table]
        ]


@st.composite
def histories(draw: st.DrawFn) -> list[Delivery]:
    """A world dealt to a few deliveries, in any order, with rows that come again."""
    world = draw(worlds(least=1))
    world.pop("erasure_requests")
    number: int = draw(st.integers(2, 4))
    deliveries = [Delivery({}) for _ in range(number)]
    turns = st.lists(st.integers(0, number - 1), min_size=1, max_size=2)
    for table, rows in world.items():
        for row in rows:
            for turn in draw(turns):
                deliveries[turn].rows.setdefault(table, []).append(row)
    deliveries = [delivery for delivery in deliveries if delivery.rows]
    for delivery in deliveries:
        for table in delivery.rows:
            if OPTIONAL[table] and draw(st.integers(0, 9)) == 0:
                delivery.without[table] = draw(st.sampled_from(OPTIONAL[table]))
        if draw(st.integers(0, 3)) == 0:
            delivery.as_of = draw(st.sampled_from(["2024-03-31", "2024-04-03"]))
        delivery.breaks = draw(st.sampled_from([*[""] * 6, "run", "retry"]))
    return deliveries


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the seeds and nothing else."""
    folder = tmp_path_factory.mktemp("seeded")
    result = run_dbt("seed", folder=folder, raw_location=str(PROJECT / "seeds/demo"))
    assert result.returncode == 0, result.stdout
    return folder / "click_to_cash.duckdb"


def named(part: int) -> str:
    """The file of a part, which could be taken for a pattern or the end of a text."""
    return f"{part}[a-z]'s*?.parquet"


@dataclass
class Warehouse:
    """A database that dbt builds from a folder of parts, delivery by delivery."""

    folder: Path
    seeded: Path
    parts: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        """Begin with the seeds alone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.raw.mkdir(parents=True)
        shutil.copy(self.seeded, self.database)

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def database(self) -> Path:
        return self.folder / "click_to_cash.duckdb"

    def receive(self, delivery: Delivery) -> None:
        """Write the parts of a delivery and run dbt."""
        part = next(self.parts)
        for table in delivery.rows:
            left_out = delivery.without.get(table)
            columns = [name for name in COLUMNS[table] if name != left_out]
            rows = delivery.arriving(table)
            texts = {name: [row.get(name) for row in rows] for name in columns}
            path = self.raw / table / named(part)
            path.parent.mkdir(exist_ok=True)
            schema = pa.schema([(name, pa.string()) for name in columns])
            pq.write_table(pa.table(texts, schema), path)
        as_of = {} if delivery.as_of is None else {"as_of": delivery.as_of}
        if delivery.breaks:
            self.run_in_vain(as_of)
        self.run(as_of, delivery.breaks or "run")

    def run(self, settings: dict[str, str], *command: str) -> None:
        """Run dbt, which must succeed."""
        result = self._dbt(settings, *command)
        assert result.returncode == 0, result.stdout

    def run_in_vain(self, settings: dict[str, str], *options: str) -> None:
        """Run dbt without a seed that models need: those before them are built."""
        seed = "reference.campaign_name_patterns"
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(f"drop table {seed}")
        assert self._dbt(settings, "run", *options).returncode != 0
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(f"attach '{self.seeded}' as seeded (read_only)")
            connection.execute(f"create table {seed} as from seeded.{seed}")

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """What the database, attached as `ran`, answers."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as ran (read_only)")
            return connection.execute(sql).fetchall()

    def _dbt(
        self, settings: dict[str, str], *command: str
    ) -> subprocess.CompletedProcess[str]:
        # A log of each statement takes a sixth of a run.
        without_log = ("--log-level-file", "none")
        return run_dbt(
            *without_log,
            *command,
            folder=self.folder,
            raw_location=str(self.raw),
            **settings,
        )


def compare(
    deliveries: Sequence[Delivery], warehouse: Warehouse, models: Models
) -> None:
    """The marts and exports must be those of one build of all rows."""
    world: dict[str, list[RawRow]] = {}
    for delivery in deliveries:
        for table in delivery.rows:
            world.setdefault(table, []).extend(delivery.arriving(table))
    with models.build(world) as connection:
        connection.execute(f"attach '{warehouse.database}' as ran (read_only)")
        relations = connection.execute(
            "select schema_name || '.' || table_name from ("
            " select database_name, schema_name, table_name from duckdb_tables()"
            " union all"
            " select database_name, schema_name, view_name from duckdb_views())"
            " where database_name = 'ran' and schema_name in ('marts', 'exports')"
        ).fetchall()
        assert len(relations) > 30
        different = {
            relation: (
                connection.execute(
                    f"from ran.{relation} except all from {relation}"
                ).fetchall(),
                connection.execute(
                    f"from {relation} except all from ran.{relation}"
                ).fetchall(),
            )
            for (relation,) in relations
            if checksum_of(connection, relation)
            != checksum_of(connection, f"ran.{relation}")
        }
        assert not different


ACCOUNT: RawRow = {"platform": "google_ads", "account_id": "a1"}
CAMPAIGN: RawRow = ACCOUNT | {"campaign_id": "c1"}
SPEND: RawRow = CAMPAIGN | {"spend_date": "2025-01-10"}
CLICK: RawRow = CAMPAIGN | {"click_id_type": "gclid"}
ORDER: RawRow = {"order_id": "o1", "currency_code": "USD", "ordered_at": "2025-01-11"}
FIRST = Delivery(
    {
        "ad_accounts": [ACCOUNT | {"currency_code": "USD", "time_zone": "Asia/Tokyo"}],
        "campaigns": [
            CAMPAIGN | {"business_model": "mixed", "ecommerce_spend_share": "0.5"},
            CAMPAIGN | {"campaign_id": "c2", "business_model": "lead_gen"},
        ],
        "deal_stages": [
            {"stage": "won", "position": "1", "is_won": "yes", "is_lost": "no"}
        ],
        "ad_spend": [
            SPEND | {"cost": "10", "loaded_at": "2025-01-11"},
            SPEND | {"campaign_id": "c2", "cost": "5", "loaded_at": "2025-01-11"},
        ],
        "ad_clicks": [
            CLICK | {"click_id": "K2", "clicked_at": "2025-01-10T09:00"},
            CLICK | {"click_id": "K9", "clicked_at": "2025-01-09T09:00"},
            CLICK | {"click_id": "K8", "clicked_at": "yesterday"},
        ],
        # Its click is not there yet.
        "orders": [ORDER | {"click_id": "K1", "loaded_at": "2025-01-11"}],
        "order_lines": [
            {
                "order_line_id": "l1",
                "order_id": "o1",
                "quantity": "1",
                "unit_price": "40",
            }
        ],
        "form_fills": [
            {"form_fill_id": "f1", "submitted_at": "2025-01-10T10:00", "click_id": "K2"}
        ],
        # Of another deal, for a table that is new has all read again.
        "crm_deal_stage_changes": [
            {"deal_id": "d0", "stage": "won", "changed_at": "2025-01-12"}
        ],
        "crm_deals": [
            {
                "deal_id": "d1",
                "form_fill_id": "f1",
                "created_at": "2025-01-12",
                "amount": "700",
                "currency_code": "USD",
            }
        ],
    },
    without={"ad_clicks": "visitor_id"},
)
SECOND = Delivery(
    {
        "ad_spend": [
            SPEND | {"cost": "12", "loaded_at": "2025-01-12"},
            SPEND | {"cost": "99", "loaded_at": "2025-01-10"},
        ],
        "ad_clicks": [
            CLICK
            | {"click_id": "K1", "clicked_at": "2025-01-10T16:00", "visitor_id": "v"},
            # It was clicked an hour before we thought, in another campaign.
            CLICK
            | {
                "click_id": "K2",
                "campaign_id": "c2",
                "clicked_at": "2025-01-10T08:00",
                "loaded_at": "2025-01-13",
            },
        ],
    }
)
THIRD = Delivery(
    {
        # Older than what is there.
        "ad_spend": [
            SPEND | {"campaign_id": "c2", "cost": "1", "loaded_at": "2025-01-10"}
        ],
        "ad_clicks": [CLICK | {"click_id": "K3", "clicked_at": "2025-01-08"}],
        "orders": [ORDER | {"click_id": "K3", "loaded_at": "2025-01-20"}],
        "crm_deal_stage_changes": [
            {"deal_id": "d1", "stage": "won", "changed_at": "2025-06-01"}
        ],
    },
    breaks="retry",
)


def test_what_comes_late_finds_its_place(
    tmp_path: Path, seeded: Path, models: Models
) -> None:
    """Clicks after their orders, spend restated, a deal won after half a year."""
    warehouse = Warehouse(tmp_path / "history", seeded)
    credit = """
        select conversion_id, campaign_id, click_date::varchar, match_reason
        from ran.marts.conversions where conversion_type <> 'form_fill' order by 1
    """
    spend = "select campaign_id, sum(spend)::integer from ran.marts.{} group by 1"
    roas = spend.format("roas_by_campaign_day") + " having sum(spend) > 0 order by 1"

    warehouse.receive(replace(FIRST, as_of="2025-01-12"))
    # 9:00 UTC is 18:00 of the same day in Tokyo.
    assert warehouse.ask(credit) == [
        ("d1", "c1", "2025-01-10", None),
        ("o1", None, None, "click_not_found"),
    ]
    assert warehouse.ask(roas) == [("c1", 10), ("c2", 5)]

    # All is read again, for a column and another setting.
    warehouse.receive(SECOND)
    # 16:00 UTC is past midnight in Tokyo.
    assert warehouse.ask(credit) == [
        ("d1", "c2", "2025-01-10", None),
        ("o1", "c1", "2025-01-11", None),
    ]
    assert warehouse.ask(roas) == [("c1", 12), ("c2", 5)]

    # Now only what is new.
    warehouse.receive(THIRD)
    runs = "select count(distinct settled_run) from ran.staging.stg_standard__ad_spend"
    assert warehouse.ask(runs) == [(2,)]
    assert warehouse.ask(credit) == [
        ("d1", "c2", "2025-01-10", None),
        ("o1", "c1", "2025-01-08", None),
    ]
    assert warehouse.ask(roas) == [("c1", 12), ("c2", 5)]
    won = "select won_value::integer from ran.marts.conversions where won_value > 0"
    assert warehouse.ask(won) == [(700,)]
    compare([FIRST, SECOND, THIRD], warehouse, models)


def test_a_run_reads_only_what_is_new(
    tmp_path: Path, seeded: Path, models: Models
) -> None:
    """Else every run is a full one, and only the bill shows it."""
    warehouse = Warehouse(tmp_path / "history", seeded)
    first = replace(FIRST, without={})
    warehouse.receive(first)
    warehouse.receive(SECOND)
    compare([first, SECOND], warehouse, models)
    read = """
        select parse_filename(delivered_part), min(settled_run), max(settled_run)
        from ran.staging.stg_standard__ad_clicks_read group by 1 order by 1
    """
    assert warehouse.ask(read) == [(named(0), 1, 1), (named(1), 2, 2)]
    kept = """
        select click_id, standing, settled_run
        from ran.staging.stg_standard__ad_clicks_kept order by all
    """
    assert warehouse.ask(kept) == [
        ("K2", "in_force", 2),
        ("K2", "superseded", 2),
        ("K8", "rejected", 1),
    ]
    spend = """
        select campaign_id, standing, settled_run
        from ran.staging.stg_standard__ad_spend order by all
    """
    assert warehouse.ask(spend) == [
        ("c1", "in_force", 2),
        ("c1", "superseded", 2),
        ("c1", "superseded", 2),
        ("c2", "in_force", 1),
    ]
    counted = """
        select clicked_date::varchar, min(counted_run)
        from ran.intermediate.int_click_days group by 1 order by 1
    """
    assert warehouse.ask(counted) == [("2025-01-09", 1), ("2025-01-10", 2)]
    found = "select click_id, found_run from ran.staging.int_clicks_found order by 1"
    assert warehouse.ask(found) == [("K1", 2), ("K2", 2)]

    # A part that has changed, and one that is gone: all is read again.
    (warehouse.raw / "ad_clicks" / named(1)).unlink()
    warehouse.run({}, "run")
    assert warehouse.ask(read) == [(named(0), 3, 3)]
    assert warehouse.ask(kept) == [("K8", "rejected", 3)]

    # A full refresh that breaks off is made up for.
    warehouse.run_in_vain({}, "--full-refresh")
    warehouse.run({}, "run")
    assert warehouse.ask(read) == [(named(0), 4, 4)]
    assert warehouse.ask(kept) == [("K8", "rejected", 4)]
    assert warehouse.ask(counted) == [("2025-01-09", 5), ("2025-01-10", 5)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_whatever_way_rows_arrive_the_marts_are_those_of_one_build(
    group: int, tmp_path: Path, seeded: Path, models: Models
) -> None:
    """Else a number depends on the day on which a row happened to come."""

    # Each takes a minute: what failed is told as it was drawn.
    @settings(
        max_examples=-(-HISTORIES // GROUPS),
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @seed(group)
    @given(deliveries=histories())
    def claim(deliveries: list[Delivery]) -> None:
        warehouse = Warehouse(tmp_path / "history", seeded)
        for delivery in deliveries:
            warehouse.receive(delivery)
        if deliveries[-1].as_of is not None:
            warehouse.run({}, "run")
        compare(deliveries, warehouse, models)

    claim()

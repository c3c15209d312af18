"""People: nothing personal leaves staging, who asks is erased, and no cell is code."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
import worlds
from conftest import DemoBuild
from hypothesis import given
from privacy_scan import Planted, in_database, in_files, texts_of
from test_worlds import some
from warehouse import PROJECT, Models, RawRow, World, compile_models, rows, run_dbt

DEMO = PROJECT / "seeds/demo"
REQUESTS = PROJECT / "seeds/reference/erasure_requests.csv"
IDS = ("customer_id", "visitor_id")
Cells = dict[str, set[str]]


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as dicts of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def built(demo_build: DemoBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_build.database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def unerased(models: Models) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo where nobody asked to be erased."""
    with models.build_from_csv(DEMO, erasure_requests=[]) as connection:
        yield connection


# Law 8: nothing personal right of staging, in no file that a build leaves behind.


@pytest.fixture(scope="module")
def planted() -> Planted:
    found = Planted.of(DEMO)
    assert len(found.addresses) > 500
    assert len(found.numbers) > 50
    return found


def test_nothing_personal_leaves_staging(
    built: duckdb.DuckDBPyConnection, planted: Planted
) -> None:
    """The hash of a request is all that may stand elsewhere, and it is in staging."""
    assert not in_database(planted, built)
    scanned = [name for name, text in texts_of(built) if text]
    assert len(scanned) > 400
    # The scan sees: staging is full of what it looks for.
    seen = in_database(planted, built, besides=())
    assert len(seen["staging.stg_standard__form_fills.email"]) > 300
    assert len(seen["staging.stg_standard__orders.phone"]) > 50
    assert {name.partition(".")[0] for name in seen} == {"raw", "staging"}


def test_nothing_personal_stands_in_what_a_build_leaves_behind(
    demo_build: DemoBuild, planted: Planted
) -> None:
    """Logs and artefacts are kept, sent to colleagues and published as docs."""
    target = demo_build.folder / "target"
    left = [demo_build.folder / "logs", target / "compiled", target / "run"]
    left += [target / "manifest.json", target / "run_results.json"]
    assert all(path.exists() for path in left)
    assert not in_files(planted, *left)
    assert not planted.found_in(demo_build.output)


@pytest.mark.parametrize(
    "text",
    [
        "Ann.Lee@Example.com",
        "x: mailto:ann.lee@example.com,",
        "?to=ann.lee%2540example.com&a=1",
        "<td>ann.lee&#64;example.com</td>",
        '{"e": "ann.lee\\u0040example.com"}',
        "_ann.lee@example.community",
        "call +1 (202) 555-0100!",
        "id12025550100x",
        "tel=%2B1%20202%20555%200100",
    ],
)
def test_the_scan_finds_a_person_however_written(tmp_path: Path, text: str) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "orders.csv").write_text(
        "email,phone\n Ann.Lee@example.com,+1-202-555-0100\n,\n"
    )
    planted = Planted.of(raw)
    assert planted == Planted(
        frozenset({"ann.lee@example.com"}), frozenset({"12025550100"})
    )
    (tmp_path / "logs").mkdir()
    file = tmp_path / "logs" / "a.log"
    file.write_text(f"first\n2025-01-20 25:55:01 {text} 9\n")
    assert set(in_files(planted, tmp_path / "logs")) == {file}
    assert not in_files(planted, *tmp_path.glob("nothing"))
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create schema staging")
        for relation in ("marts.t", "staging.t", "marts.clean"):
            connection.execute(
                f"create table {relation} as select 1 as n, [{{'a': ?}}] as held",
                ["" if relation == "marts.clean" else text],
            )
        assert set(in_database(planted, connection)) == {"marts.t.held"}


# Erased people.


@dataclass
class Person:
    """What the raw files say of the listed person, by column."""

    said: dict[str, set[str]] = field(
        default_factory=lambda: {name: set() for name in ("email", "phone", *IDS)}
    )

    @property
    def forbidden(self) -> set[str]:
        """Every text that names the person: as delivered, plainer, or hashed."""
        plain = {text for texts in self.said.values() for text in texts}
        plain |= {text.strip() for text in plain}
        plain |= {text.lower() for text in plain}
        hashes = {
            hashlib.new(algorithm, text.encode()).hexdigest()
            for algorithm in ("md5", "sha1", "sha256")
            for text in plain
        }
        return plain | hashes | {text.upper() for text in hashes}


@pytest.fixture(scope="module")
def person() -> Person:
    """Who is listed as shipped, looked up in the raw files."""
    (request,) = read_csv(REQUESTS)
    found = Person()
    tables = {
        name: read_csv(DEMO / f"{name}.csv")
        for name in ("orders", "form_fills", "web_sessions", "crm_deals")
    }
    for table in tables.values():
        for row in table:
            email = row["email"].strip().lower()
            if hashlib.sha256(email.encode()).hexdigest() == request["email_sha256"]:
                for column, texts in found.said.items():
                    texts |= {row[column]} if row.get(column) else set()
    found.said["visitor_id"] |= {
        row["visitor_id"]
        for row in tables["orders"]
        if row["customer_id"] in found.said["customer_id"] and row["visitor_id"]
    }
    assert all(found.said.values()), found.said
    return found


def cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    """Every distinct cell, as text, of each column right of staging."""
    return {
        name: set(text.split("\n"))
        for name, text in texts_of(connection)
        if name.startswith(("intermediate.", "marts."))
    }


def naming(found: Cells, person: Person) -> set[str]:
    """Columns with a cell that is, or holds the address or number of, the person."""
    parts = person.said["email"] | person.said["phone"]
    parts |= {text.strip().lstrip("+").lower() for text in parts}
    return {
        column
        for column, texts in found.items()
        if texts & person.forbidden
        or any(part in text.lower() for part in parts for text in texts)
    }


def test_an_erased_person_is_named_nowhere_right_of_staging(
    built: duckdb.DuckDBPyConnection,
    unerased: duckdb.DuckDBPyConnection,
    person: Person,
) -> None:
    """A forgotten column would keep a person whom the firm has promised to forget."""
    found = cells(built)
    assert len(found) > 400
    assert not naming(found, person)
    shown = {
        column
        for column, texts in found.items()
        if any(text.startswith("erased-") for text in texts)
    }
    ids = {
        "marts.orders.customer_id",
        "marts.orders.visitor_id",
        "marts.form_fills.visitor_id",
        "marts.clicks.visitor_id",
    }
    assert ids <= shown
    assert {column.rpartition(".")[2] for column in shown} == set(IDS)
    # The same scan sees the person where nobody asked.
    assert naming(cells(unerased), person) == shown


def test_erasing_changes_no_number(
    built: duckdb.DuckDBPyConnection, unerased: duckdb.DuckDBPyConnection
) -> None:
    """Credit through the visitor and counts of customers need equal tokens."""
    assert_same_but_ids(built, unerased)


def test_erasing_everybody_changes_no_number(
    models: Models, unerased: duckdb.DuckDBPyConnection, planted: Planted
) -> None:
    """The one person listed as shipped may have no order that a visitor's click won."""
    everybody: list[RawRow] = [
        {"email_sha256": hashlib.sha256(address.encode()).hexdigest()}
        for address in sorted(planted.addresses)
    ]
    with models.build_from_csv(DEMO, erasure_requests=everybody) as erased:
        assert_same_but_ids(erased, unerased)
        (credited,) = erased.execute("""
            select count(*)
            from intermediate.int_conversions
            inner join marts.conversions using (conversion_type, conversion_id)
            where match_source = 'visitor' and visitor_id like 'erased-%'
        """).fetchone() or (0,)
        assert credited > 20


TOLD = {
    f"intermediate.int_transactions_{step}" for step in ("identified", "judged", "past")
}


def assert_same_but_ids(
    first: duckdb.DuckDBPyConnection,
    second: duckdb.DuckDBPyConnection,
    besides: tuple[str, ...] = IDS,
) -> None:
    """Equal tables of intermediate and marts; of IDs alone their pattern is.

    But for what ad platforms are told: of erased people nothing is. Which run of dbt
    settled a row is no answer.
    """
    tables = [
        f"{schema}.{table}"
        for schema, table in first.execute("""
            select table_schema, table_name from information_schema.tables
            where table_schema in ('intermediate', 'marts')
            order by all
        """).fetchall()
    ]
    assert len(tables) > 50
    for table in tables:
        if table in TOLD:
            continue
        types = {c: t for c, t, *_ in first.execute(f"describe {table}").fetchall()}
        names = list(types)
        # The last digits of a statistic tell in which order its rows were added up.
        others = [
            f"format('{{:.9g}}', \"{name}\" + 0.0)"
            if types[name] == "DOUBLE"
            else f'"{name}"'
            for name in names
            if name not in besides and not name.endswith("_run")
        ]
        query = f"select {', '.join(others)} from {table} order by all"
        assert first.execute(query).fetchall() == second.execute(query).fetchall(), (
            table
        )
        for name in set(names) & set(IDS):
            counts = f"select count(*) from {table} group by {name} order by all"
            one, two = (c.execute(counts).fetchall() for c in (first, second))
            assert one == two, f"{table}.{name}"


@some(12)
@given(world=worlds.worlds())
def test_erasing_changes_no_number_in_any_world(models: Models, world: World) -> None:
    """Free text that is the very ID of somebody erased may be left out."""
    free = ("keyword", "form_name", "utm_source", "utm_medium", "utm_campaign")
    nobody: World = {**world, "erasure_requests": []}
    with models.build(world) as erased, models.build(nobody) as unerased:
        besides = (*IDS, *free, "raw_value", "landing_page_url")
        assert_same_but_ids(erased, unerased, besides)


GOOD = hashlib.sha256(b"ann@example.com").hexdigest()


@pytest.mark.parametrize(
    ("written", "is_wrong"),
    [
        pytest.param(GOOD, False, id="a hash"),
        pytest.param(GOOD.upper(), True, id="in capitals"),
        pytest.param("ann@example.com", True, id="an address"),
        pytest.param(None, True, id="a blank"),
        pytest.param(GOOD[:-1] + "g", True, id="no hex"),
        pytest.param(hashlib.md5(b"ann@example.com").hexdigest(), True, id="MD5"),
        pytest.param(f" {GOOD}", True, id="a blank before it"),
    ],
)
def test_a_request_that_is_no_hash_is_seen(
    models: Models, written: str | None, is_wrong: bool
) -> None:
    name = "assert_erasure_requests_are_sha256_in_lower_case_hex"
    (law,) = [sql for found, sql in models.laws if found == name]
    request: RawRow = {"email_sha256": written}
    with models.empty() as connection:
        models.request_erasures(connection, [request])
        assert bool(connection.execute(law).fetchall()) == is_wrong


def test_a_request_that_is_no_hash_stops_the_build(tmp_path: Path) -> None:
    """Taken as it is, it would erase nobody, and nobody would know."""
    project = tmp_path / "project"
    project.mkdir()
    for part in ("macros", "models", "tests", "docs", "dbt_project.yml"):
        (project / part).symlink_to(PROJECT / part)
    shutil.copytree(REQUESTS.parent, project / "seeds/reference")
    seed = project / "seeds/reference" / REQUESTS.name
    seed.write_text("email_sha256,why\nann@example.com,asked by letter\n")
    result = run_dbt(
        *("build", "--project-dir", str(project), "--profiles-dir", str(PROJECT)),
        *("--exclude-resource-type", "unit_test"),
        folder=tmp_path,
        raw_location=str(DEMO),
    )
    output = result.stdout + result.stderr
    assert result.returncode != 0
    assert "assert_erasure_requests_are_sha256_in_lower_case_hex" in output
    assert "ERROR=1" in output
    assert "ann@example.com" not in output
    with duckdb.connect(str(tmp_path / "click_to_cash.duckdb")) as connection:
        assert not connection.execute("""
            from information_schema.tables
            where table_name in ('int_clicks', 'orders', 'conversions')
                and table_schema <> 'raw'
        """).fetchall()


def test_a_list_of_nobody_erases_nobody(models: Models) -> None:
    with models.build({"erasure_requests": []}) as connection:
        assert not rows(connection, "from staging.int_erased_ids")


# No cell, header or folder name is code.

HOSTILE = (
    "x'); drop table orders; --",
    'x"; drop table "marts"."orders"; --',
    "' or '1'='1",
    "{{ ref('int_clicks') }} x",
    "{% set x = 1 %}{{ exceptions.raise_compiler_error('x') }} x",
    "${HOME} $1 $$x$$ :x",
    "%s %(x)s %% {0}",
    "\\'; select 1; -- \\x00 \\u0027",
    "\u2019 or \uff07\u2032\u02bc; --",
    "/* x */ union select * from raw.orders /*",
    "x\ny; drop schema marts cascade;",
    "\x00\x01\x1b[31m\u202e",
)
MARK = "hostile"


def hostile(number: int) -> str:
    """A text that is code in some language, another for each number."""
    return f"{HOSTILE[number % len(HOSTILE)]} {MARK}{number:03}"


def small_world(name: Callable[[int], str]) -> World:
    """One shop and one lead-gen firm whose every free text is named by a number."""
    account = {"platform": name(1), "account_id": name(2)}
    campaign = {**account, "campaign_id": name(3)}
    day = "2025-03-01"
    return {
        "ad_accounts": [
            {**account, "account_name": name(4), "currency_code": "USD"}
            | {"time_zone": name(5)}
        ],
        "campaigns": [
            {**campaign, "campaign_name": name(6), "channel_type": name(7)}
            | {"business_model": "mixed", "ecommerce_spend_share": "0.5"}
            | {"bidding_strategy": name(8)}
        ],
        "ad_spend": [{**campaign, "spend_date": day, "cost": "10"}],
        "product_spend": [
            {**campaign, "product_id": name(9), "spend_date": day, "cost": "4"}
        ],
        "ad_clicks": [
            {**campaign, "click_id": name(10), "click_id_type": "gclid"}
            | {"ad_group_id": name(11), "ad_id": name(12), "keyword": name(13)}
            | {"product_id": name(9), "clicked_at": day, "device": name(14)}
            | {"landing_page_url": name(15), "visitor_id": name(16)}
            | {"country_code": name(17)}
        ],
        "form_fills": [
            {"form_fill_id": name(20), "form_name": name(21), "submitted_at": day}
            | {"visitor_id": name(16), "email": name(22), "phone": name(23)}
            | {"customer_type": name(24), "consent_ad_user_data": name(25)}
        ],
        "form_fill_attributes": [
            {"form_fill_id": name(20), "attribute_name": name(26)}
            | {"attribute_value": name(27)},
            {"form_fill_id": name(28), "attribute_name": name(26)},
        ],
        "crm_deals": [
            {"deal_id": name(30), "email": name(22), "pipeline": name(31)}
            | {"created_at": day, "amount": "100", "currency_code": "USD"}
            | {"stage": name(32)}
        ],
        "crm_deal_stage_changes": [
            {"deal_id": name(30), "stage": name(32), "changed_at": day}
        ],
        "deal_stages": [
            {"pipeline": name(31), "stage": name(32), "position": "1"}
            | {"is_won": "true", "is_lost": "false"}
        ],
        "orders": [
            {"order_id": name(40), "customer_id": name(41), "email": name(42)}
            | {"ordered_at": day, "currency_code": "USD", "click_id": name(10)}
            | {"landing_page_url": name(43), "visitor_id": name(44)},
            {"order_id": name(45), "ordered_at": name(46), "currency_code": "USD"},
            {"order_id": name(47), "ordered_at": day, "currency_code": name(48)},
        ],
        "order_lines": [
            {"order_line_id": name(50), "order_id": name(40), "product_id": name(9)}
            | {"quantity": "2", "unit_price": "30", "unit_cost": "1"},
            {"order_line_id": name(51), "order_id": name(47), "quantity": "1"}
            | {"unit_price": "5"},
        ],
        "refunds": [
            {"refund_id": name(52), "order_id": name(40), "order_line_id": name(50)}
            | {"refunded_at": day, "amount": "7"}
        ],
        "products": [
            {"product_id": name(9), "product_name": name(53), "category": name(54)}
        ],
        "fx_rates": [
            {"rate_date": name(55), "from_currency_code": name(56)}
            | {"to_currency_code": "USD", "rate": "1"}
        ],
        "web_sessions": [
            {"session_id": name(57), "visitor_id": name(16), "started_at": day}
            | {"referrer_url": name(58)}
        ],
    }


def write_world(folder: Path, world: World, *more_headers: str) -> None:
    """CSV files of a world, each with further columns of no meaning."""
    folder.mkdir(parents=True)
    for table, lines in world.items():
        headers = [*dict.fromkeys(name for line in lines for name in line)]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*headers, *more_headers], restval="")
            writer.writeheader()
            writer.writerows(lines)


def harmless(number: int) -> str:
    """A text of the same number that no language could take for code."""
    return f"plain{number:03}"


def test_nothing_typed_into_a_cell_a_header_or_a_folder_is_code(
    models: Models, tmp_path: Path
) -> None:
    """The build of hostile texts is that of plain ones with the texts exchanged.

    Texts are sorted where numbers tie, so each table is compared as a bag of rows.
    """
    raw = tmp_path / "owner's \"; drop table x; -- {{ ref('x') }} ${x} %s hostilefolder"
    headers = (
        '"; drop table orders; -- hostileheader',
        "x'); drop schema marts cascade; -- hostileheader",
        "{{ ref('int_clicks') }} hostileheader",
        "loaded_at; hostileheader",
        "%s \\ hostileheader",
    )
    world = small_world(hostile)
    write_world(raw, world, *headers)
    result = run_dbt(
        *("build", "--exclude-resource-type", "unit_test"),
        folder=tmp_path,
        raw_location=str(raw),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    backwards = {hostile(number): harmless(number) for number in range(60)}
    backwards |= {text.upper(): plain.upper() for text, plain in backwards.items()}
    # Of a long ID platforms are told the hash.
    backwards |= {
        hashlib.md5(hostile(n).encode(), usedforsecurity=False).hexdigest(): harmless(n)
        for n in range(60)
    }

    def plain(text: object) -> object:
        if isinstance(text, list):
            return [plain(part) for part in text]
        for before, after in sorted(backwards.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(before, after) if isinstance(text, str) else text
        return text

    with (
        duckdb.connect(str(tmp_path / "click_to_cash.duckdb")) as built,
        models.build(small_world(harmless)) as expected,
    ):
        for relation, _ in [*models.statements, ("marts.clicks", "")]:
            # Hashes, files and numbers of runs are how rows are found again.
            query = (
                "select columns(lambda name: not"
                " regexp_full_match(name, '.*_(hash|run|part)'))"
                f" from {relation}"
            )
            found = [tuple(map(plain, row)) for row in built.execute(query).fetchall()]
            wanted = expected.execute(query).fetchall()
            assert Counter(map(repr, found)) == Counter(map(repr, wanted)), relation
        # The claim is about texts that do arrive.
        (arrived,) = built.execute(
            "select platform from marts.campaigns"
        ).fetchone() or ("",)
        assert arrived == hostile(1)
        for account in rows(built, "from marts.raw_row_accounts"):
            delivered = len(world[str(account["table_name"])])
            kinds = ("accepted", "superseded", "rejected")
            parts = [int(str(account[f"{kind}_row_count"])) for kind in kinds]
            assert account["delivered_row_count"] == delivered == sum(parts)
    target = tmp_path / "target"
    files = [*(target / "compiled").rglob("*.sql"), *(target / "run").rglob("*.sql")]
    assert len(files) > 150
    assert not [file for file in files if MARK in file.read_text("utf-8")]

"""Builds that are killed, that meet each other, readers or a full disk.

Whatever happens, the publication opens and is one whole build, and the next run gives
what an undisturbed one gives. `C2C_TEST_KILLS` is how often a build is killed,
and a publisher twice as often.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import publication
import pytest
import yaml
from jinja2 import Template
from privacy_scan import Planted, in_database, in_files
from publication import PROJECT, Ended, Place

from click_to_cash.publish import Source, publish
from click_to_cash.simulate import simulate

KILLS = int(os.environ.get("C2C_TEST_KILLS", "1"))
SEED = int(os.environ.get("C2C_TEST_SEED", time.time_ns() % 10**6))
MB = 1_000_000
DBT = Path(sys.executable).with_name("dbt")
OLD_CLIENT = PROJECT / ".venv-duckdb-1.4/bin/python"


@dataclass(frozen=True)
class Builds:
    """Two worlds, each built undisturbed: where, and the checksums of its marts."""

    places: list[Place]
    checksums: list[dict[str, str]]
    seconds: float
    second_build: Ended
    second_build_seconds: float


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """Two small worlds; while the first is built, somebody starts a second build."""
    folder = tmp_path_factory.mktemp("crash")
    places = []
    for name, seed in (("a", 20), ("b", 22)):
        simulate(folder / "raw" / name, seed=seed, days=60, clicks=400)
        places.append(
            Place(
                folder=folder,
                raw=folder / "raw" / name,
                database=folder / name / "build.duckdb",
                published=folder / name / "published.duckdb",
                parquet=folder / name / "parquet",
            )
        )
        places[-1].database.parent.mkdir()
    first = places[0].start("build")
    wait_for(lambda: (folder / "a/.build.duckdb.lock").exists(), first)
    began = time.monotonic()
    second = places[0].run("build")
    second_seconds = time.monotonic() - began
    output, _ = first.communicate()
    assert first.returncode == 0, output
    began = time.monotonic()
    checksums = [publication.read(places[0].published), places[1].build()]
    seconds = time.monotonic() - began
    return Builds(places, checksums, seconds, second, second_seconds)


def wait_for(is_there: Callable[[], bool], process: subprocess.Popen[str]) -> bool:
    """Wait for something that a process does; False where it ends without."""
    while not is_there():
        if process.poll() is not None:
            return False
        time.sleep(0.002)
    return True


def kill_after(seconds: float, process: subprocess.Popen[str]) -> bool:
    """kill -9 for a process and its children; False where it has ended before."""
    try:
        process.wait(timeout=seconds)
        is_killed = False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        is_killed = True
    process.communicate()
    return is_killed


def test_both_worlds_are_built_and_differ(builds: Builds) -> None:
    assert len(builds.checksums[0]) > 10
    assert builds.checksums[0].keys() == builds.checksums[1].keys()
    same = {
        t
        for t, checksum in builds.checksums[0].items()
        if builds.checksums[1][t] == checksum
    }
    assert not same & {"conversions", "roas_by_campaign_day"}


def test_of_two_builds_at_once_the_second_says_so(builds: Builds) -> None:
    """Also while the first only checks: it would lose its database in between."""
    database = builds.places[0].database
    assert builds.second_build.error == (
        f"error: {database} is in use by another process: wait until it is done, or"
        " build into another file with C2C_DUCKDB_PATH"
    )
    assert len(builds.second_build.output.splitlines()) == 1
    assert builds.second_build_seconds < 10


def test_a_database_that_another_client_holds_is_told_in_one_line(
    builds: Builds, tmp_path: Path
) -> None:
    """Plain dbt and DuckDB's own shell know nothing of our lock file."""
    place = replace(builds.places[0], database=tmp_path / "build.duckdb")
    shutil.copy(builds.places[0].database, place.database)
    holding = (
        "import duckdb, sys; connection = duckdb.connect(sys.argv[1]);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, place.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdout
        assert client.stdout.readline() == "held\n"
        for step in ("models", "publish"):
            line = place.run("build", "--only", step).error
            assert f"{place.database} is in use by another process (PID" in line
        client.communicate()


def test_what_a_build_writes_is_its_owners_alone(builds: Builds) -> None:
    """Marts hold what customers paid, and Data Docs and logs tell of raw rows."""
    folder = builds.places[0].folder
    written = [
        path
        for part in ("a", "target", "logs")
        for path in (folder / part).rglob("*")
        if not path.is_symlink()
    ]
    names = {path.name for path in written}
    assert names >= {
        *("build.duckdb", "published.duckdb", ".build.duckdb.lock", "index.html"),
        *(".published.duckdb.lock", "dbt.log", "manifest.json", "conversions.parquet"),
    }
    for path in written:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_nothing_personal_is_in_what_people_read(builds: Builds) -> None:
    """Publications and pages go round; nobody looks for an address in a log."""
    place = builds.places[0]
    planted = Planted.of(place.raw)
    assert len(planted.addresses) > 20
    assert len(planted.numbers) > 5
    pages = sorted((place.database.parent / "data_docs").rglob("*.html"))
    assert len(pages) > 20
    artefacts = [
        path
        for path in (place.folder / "target").rglob("*")
        if path.suffix in (".sql", ".json", ".csv")
    ]
    assert len(artefacts) > 100
    assert not in_files(planted, *pages, *artefacts, place.folder / "logs")
    with duckdb.connect(str(place.published), read_only=True) as connection:
        assert not in_database(planted, connection, besides=())
        assert any(connection.execute("from marts.conversions limit 1").fetchall())
    with duckdb.connect() as connection:
        assert place.parquet
        connection.execute("create schema parquet")
        for path in place.parquet.rglob("*.parquet"):
            connection.execute(
                f"create view parquet.\"{path.stem}\" as from read_parquet('{path}')"
            )
        assert not in_database(planted, connection, besides=())


def test_an_old_client_reads_every_table_and_what_it_means(builds: Builds) -> None:
    """BI tools come with a DuckDB of their own, and it is never the newest."""
    if not OLD_CLIENT.exists():
        pytest.fail(f"there is no {OLD_CLIENT}: `make unit` installs it")
    program = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
tables = [t for t, in connection.execute(
    "select schema_name || '.' || table_name from duckdb_tables()").fetchall()]
counts = {t: len(connection.execute(f"from {t}").fetchall()) for t in tables}
told, sums = connection.execute(
    "select row_counts, checksums from marts._published").fetchone()
comments = connection.execute(
    "select count(comment), count(*) from duckdb_columns()"
    " where not internal and not starts_with(table_name, '_')").fetchone()
print(json.dumps([duckdb.__version__, counts, told, sums, comments]))
"""
    read = subprocess.run(
        [OLD_CLIENT, "-c", program, builds.places[0].published],
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    version, counts, told, sums, comments = json.loads(read.stdout)
    assert version.startswith("1.4.")
    assert told == {
        name.removeprefix("marts."): count
        for name, count in counts.items()
        if "._" not in name
    }
    assert told["conversions"] > 10
    assert sums == builds.checksums[0]
    assert comments[0] == comments[1] > 100


def test_a_gate_that_closes_leaves_the_publication(
    builds: Builds, tmp_path: Path
) -> None:
    place = copy_of(builds, 0, tmp_path)
    before = place.published.read_bytes(), place.published.stat()
    orders = place.raw / "orders.csv"
    rows = orders.read_bytes()
    try:
        orders.write_bytes(b"\n".join(rows.splitlines()[:20]) + b"\n")
        ended = place.run("build", "--only", "check-marts", "--only", "publish")
    finally:
        orders.write_bytes(rows)
    assert ended.code == 1
    assert "gate marts is closed by totals_equal_raw" in ended.output
    after = place.published.stat()
    assert place.published.read_bytes() == before[0]
    assert (after.st_ino, after.st_mtime_ns) == (
        before[1].st_ino,
        before[1].st_mtime_ns,
    )


def test_files_that_were_only_looked_at_are_not_published(
    builds: Builds, tmp_path: Path
) -> None:
    """The mart of clicks is a view, and raw tables are checked before anything else."""
    place = copy_of(builds, 0, tmp_path)
    elsewhere = replace(place, raw=builds.places[1].raw)
    assert elsewhere.run("build", "--only", "check-raw").code == 0
    error = place.run("build", "--only", "publish").error
    assert "the files of ad_clicks are not those of the last build" in error
    assert publication.read(place.published) == builds.checksums[0]
    assert place.run("build", "--only", "check-raw").code == 0
    assert place.build("--only", "publish") == builds.checksums[0]


def test_a_run_that_breaks_off_while_it_looks_for_files_is_not_published(
    builds: Builds, tmp_path: Path
) -> None:
    """What is built is whole, but for a view; exports may go on."""
    place = copy_of(builds, 0, tmp_path)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/orders.csv").write_text("order_id\no1\n")
    broken = replace(place, raw=tmp_path / "raw")
    assert "error: Table orders in" in broken.run("build", "--only", "models").error
    error = place.run("build", "--only", "publish").error
    assert "the files of ad_clicks are not those of the last build" in error


def test_a_run_of_one_model_makes_no_publication(
    builds: Builds, tmp_path: Path
) -> None:
    """Other models do not know what it has read."""
    place = copy_of(builds, 0, tmp_path)
    subprocess.run(
        [DBT, "run", "--select", "stg_standard__ad_clicks_read"],
        cwd=PROJECT,
        env=place.environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    assert "was of a few models" in place.run("build", "--only", "publish").error
    assert place.build("--skip-checks") == builds.checksums[0]


def copy_of(builds: Builds, which: int, folder: Path) -> Place:
    """A built and published world of the test's own, in the same raw files."""
    place = replace(
        builds.places[which],
        database=folder / "build.duckdb",
        published=folder / "published/published.duckdb",
        parquet=folder / "published/parquet",
    )
    shutil.copy(builds.places[which].database, place.database)
    assert place.build("--only", "publish") == builds.checksums[which]
    return place


def is_whole(place: Place, allowed: list[dict[str, str]]) -> dict[str, str]:
    """The publication opens, agrees with itself and is one of the builds allowed."""
    checksums = publication.read(place.published)
    assert checksums in allowed
    assert place.parquet
    assert publication.read(place.parquet) in allowed
    return checksums


def assert_no_leftovers(place: Place) -> None:
    """Beside the publication lie its locks and the Parquet version before it."""
    names = {path.name for path in place.published.parent.iterdir()}
    versions = {name for name in names if name.startswith("parquet.2")}
    assert len(versions) <= 2
    assert names - versions == {
        *("published.duckdb", ".published.duckdb.lock", "parquet", ".parquet.lock"),
    }


def test_a_killed_build_is_mended_by_the_next(builds: Builds, tmp_path: Path) -> None:
    """Killed at any moment, with its children; built over the other world each time.

    So no mart depends on when it is built, or on what was there before.
    """
    moments, seconds = random.Random(SEED), builds.seconds
    place = copy_of(builds, 0, tmp_path)
    killed = refused = new = 0
    while killed < KILLS:
        world = (killed + 1) % 2
        place = replace(place, raw=builds.places[world].raw)
        before, after = builds.checksums[1 - world], builds.checksums[world]
        moment = moments.uniform(0, seconds)
        began = time.monotonic()
        process = place.start("build")
        if kill_after(moment, process):
            killed += 1
        else:  # the machine is faster now
            seconds = time.monotonic() - began
        about = f"seed {SEED}, build {killed}, killed after {moment:.2f} s"
        found = is_whole(place, [before, after])
        # What is half built must not be published; what is whole may.
        ended = place.run("build", "--only", "publish")
        if ended.code:
            assert ended.error.endswith("run `c2c build`"), about
            assert is_whole(place, [before, after]) == found, about
        else:
            is_whole(place, [before, after])
        refused += ended.code
        new += found == after
        print(f"\n{about}: {'half' if ended.code else 'wholly'} built", flush=True)
        if killed == 1:
            # dbt writes what it has parsed without a rename.
            parsed = place.folder / "target/partial_parse.msgpack"
            parsed.write_bytes(parsed.read_bytes()[: parsed.stat().st_size // 3])
        assert place.build("--skip-checks") == after, about
        assert_no_leftovers(place)
    print(
        f"killed {killed} builds: {refused} left a half-built database, {new} the new"
        " publication"
    )


def test_a_killed_publisher_leaves_one_whole_publication(
    builds: Builds, tmp_path: Path
) -> None:
    """Half of the moments lie between the first byte written and the end."""
    moments = random.Random(SEED)
    published = tmp_path / "published"
    places = [
        replace(
            place,
            published=published / "published.duckdb",
            parquet=published / "parquet",
        )
        for place in builds.places
    ]
    unfinished = published / ".published.duckdb.tmp"
    places[0].build("--only", "publish")
    began = time.monotonic()
    process = places[0].start("build", "--only", "publish")
    assert wait_for(unfinished.exists, process)
    first_byte = time.monotonic()
    process.communicate()
    whole, copying = time.monotonic() - began, time.monotonic() - first_byte
    killed = inside = new = 0
    while killed < 2 * KILLS or not inside:
        place = places[(killed + 1) % 2]
        before, after = [builds.checksums[(killed + part) % 2] for part in (0, 1)]
        process = place.start("build", "--only", "publish")
        if killed % 2:
            wait_for(unfinished.exists, process)
        moment = moments.uniform(0, copying if killed % 2 else whole)
        killed += kill_after(moment, process)
        about = f"seed {SEED}, publisher {killed}, killed after {moment:.3f} s"
        inside += unfinished.exists()
        new += is_whole(place, [before, after]) == after
        print(f"\n{about}", flush=True)
        assert place.build("--only", "publish") == after, about
        assert is_whole(place, [after]) == after
        assert_no_leftovers(place)
    print(
        f"killed {killed} publishers: {inside} while they copied, {new} after the new"
        " publication was in place"
    )


def reader(path: Path, stop: Path, place: Place) -> subprocess.Popen[str]:
    """A process that reads the publication until `stop` is there."""
    return subprocess.Popen(
        [sys.executable, publication.__file__, path, stop],
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_readers_see_one_whole_build_and_block_nobody(
    builds: Builds, tmp_path: Path
) -> None:
    """Four readers of the file, one of Parquet; one build and 20 publications."""
    place = copy_of(builds, 0, tmp_path)
    assert place.parquet
    stop = tmp_path / "stop"
    publications = 0
    with contextlib.ExitStack() as running:
        readers = [
            running.enter_context(reader(path, stop, place))
            for path in [place.published] * 4 + [place.parquet]
        ]
        patient = running.enter_context(
            duckdb.connect(str(place.published), read_only=True)
        )
        building = running.enter_context(place.start("build", "--skip-checks"))
        running.callback(stop.touch)
        while publications < 20:
            other = builds.places[(publications + 1) % 2]
            source = Source(other.database, str(other.raw), [], ["publish"], False)
            publish(source, place.published, place.parquet)
            publications += 1
            time.sleep(0.2)
        output, _ = building.communicate()
        assert building.returncode == 0, output
        # Who opened the first publication still reads it whole.
        told = patient.execute("select checksums from marts._published").fetchone()
        assert told == (builds.checksums[0],)
        assert patient.execute("from marts.conversions").fetchone()
        stop.touch()
        results = [json.loads(process.communicate()[0]) for process in readers]
    failures = [failure for result in results for failure in result["failures"]]
    queries = sum(result["queries"] for result in results)
    print(
        f"\n{publications + 1} publications, {queries} queries, {len(failures)} failed"
    )
    assert not failures
    assert all(result["contents"] == 2 for result in results), results
    assert queries > 500


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """A disk of so many bytes at the folder; False where none may be mounted."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Files of this process and its children may not grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


FULL = (
    "the disk is full: make room, then build again; what was published before is"
    " untouched"
)


def test_a_build_on_a_full_disk_says_so(builds: Builds, tmp_path: Path) -> None:
    place = copy_of(builds, 0, tmp_path)
    before = place.published.read_bytes()
    with small_disk(tmp_path / "disk", MB) as is_mounted:
        place = replace(place, database=tmp_path / "disk/build.duckdb")
        with contextlib.nullcontext() if is_mounted else files_of_at_most(MB):
            ended = place.run("build", "--skip-checks")
        print(f"\n{ended.output}")
        assert ended.error == f"error: {FULL}"
    assert place.published.read_bytes() == before
    assert_no_leftovers(place)


@pytest.mark.parametrize("kind", ["disk", "file size"])
def test_a_publication_on_a_full_disk_leaves_the_last_one(
    builds: Builds, tmp_path: Path, kind: str
) -> None:
    with small_disk(tmp_path / "disk", 16 * MB) as is_mounted:
        if kind == "disk" and not is_mounted:
            pytest.skip("no disk may be mounted here")
        place = replace(
            builds.places[0],
            published=tmp_path / "disk/published.duckdb",
            parquet=tmp_path / "disk/parquet",
        )
        place.build("--only", "publish")
        before = place.published.read_bytes()
        if kind == "disk":
            free = shutil.disk_usage(tmp_path / "disk").free
            (tmp_path / "disk/ballast").write_bytes(bytes(free - 2 * MB))
            ended = place.run("build", "--only", "publish")
            (tmp_path / "disk/ballast").unlink()
        else:
            with files_of_at_most(2 * MB):
                ended = place.run("build", "--only", "publish")
        print(f"\n{ended.output}")
        assert ended.error == f"error: cannot publish to {place.published}: {FULL}"
        assert place.published.read_bytes() == before
        assert_no_leftovers(place)
        is_whole(place, builds.checksums)


def test_a_build_that_has_spilled_goes_on(tmp_path: Path) -> None:
    """dbt gives each connection its settings anew, which some do not survive."""
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))
    profile = profiles["click_to_cash"]["outputs"]["duckdb"]
    own = {"C2C_MEMORY_LIMIT": "100MB", "C2C_TEMP_DIRECTORY": str(tmp_path)}

    def rendered(options: dict[str, str]) -> dict[str, str]:
        return {
            name: Template(value).render(env_var=own.get)
            for name, value in options.items()
        }

    with duckdb.connect(config={**rendered(profile["config_options"])}) as connection:
        connection.execute("create temp table long as from range(10_000_000)")
        connection.execute("create temp table short as from long order by hash(range)")
        assert list(tmp_path.iterdir())
        for name, value in rendered(profile["settings"]).items():
            connection.cursor().execute(f"set {name} = '{value}'")

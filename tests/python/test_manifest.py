"""The house rules that no reader should have to check: names, layers, pairs, contracts.

Most are read from dbt's manifest, so they hold for models that are yet to be written.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from connectors import CONNECTORS
from warehouse import PROJECT, run_dbt

from click_to_cash import report

Node = dict[str, Any]

# What a model of each layer may reference; a new layer needs its own line.
ALLOWED_PARENTS = {
    "staging": {"source", "staging", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts"},
    "exports": {"intermediate", "exports", "seed"},
}
REPORT_FOLDERS = {"side_by_side", "ecommerce", "lead_gen", "audit"}
# A coarser report may add up a finer one, or stand beside it.
REPORTS_ON_REPORTS = {
    ("roas_side_by_side", "roas_by_campaign_day"),
    ("platform_claims_by_campaign_day", "roas_by_campaign_day"),
    ("campaign_playbook_audit", "roas_by_campaign_day"),
}
READ_BY_PEOPLE = {"marts", "exports"}
# Folders of staging that read tables of this project's own making, one model each.
OWN_SOURCES = {"standard": "raw", "history": "history", "exported": "exported"}
WAIST = {"int_clicks", "int_spend", "int_value_ledger"}
LINES_PER_MODEL = 150

# The types that each form of name may have; the first form that fits counts.
FORMS = [
    (r"\w+_at", {"timestamp"}),
    (r"\w+_date", {"date"}),
    (r"(is|has)_\w+", {"boolean"}),
    (r"\w+_rank", {"integer"}),
    (r"\w+_count", {"integer", "bigint"}),
    (r"\w+_days|days_\w+", {"integer"}),
    (r"\w+_original", {"decimal(18, 6)", "decimal(15, 6)", "decimal(38, 12)"}),
    (r"(\w+_)?(roas|poas|rate|ratio)|(\w+_)?cost_per_\w+", {"decimal(24, 6)"}),
    (r"(\w+_)?share", {"decimal(24, 6)"}),
    # What a model believes, and how good it is: from 0 to 1, as rates are.
    (r"\w+_(probability|score)", {"decimal(24, 6)"}),
    (r"(\w+_)?value_per_\w+", {"decimal(24, 6)"}),
    # Platforms report fractions of what they count.
    (r"impressions|platform_clicks|platform_conversions", {"decimal(38, 6)"}),
    (r"\w+", {"varchar", "decimal(18, 2)"}),
]
# Columns that keep a name of their own, and why.
NAMED_OTHERWISE = {
    "as_of": "timestamp",  # the setting's own name
    "decile": "integer",  # a place in a row, not a count
    "period_number": "integer",  # a place in a row, not a count
    "recorded_clicks": "bigint",  # to be read beside platform_clicks
    "ecommerce_spend_share": "decimal(11, 10)",  # as delivered, to the last digit
    "median_days_to_reach": "decimal(18, 1)",  # the middle of an even number of days
    "median_days_to_tell": "decimal(18, 1)",  # the same
}

CLOCK = re.compile(
    r"\b(now|today|getdate|sysdate|transaction_timestamp|get_current_\w+)\s*\("
    r"|\b(current_date|current_time|current_timestamp|localtimestamp|run_started_at)\b",
    re.IGNORECASE,
)
DEFINITION = re.compile(r"{%-?\s*(?:macro|test)\s+(\w+)")
# dbt itself asks these: for the name of a schema, and how to build a model.
CALLED_BY_DBT = {"generate_schema_name", "should_full_refresh"}
# Registry hosts in lock files and folders of one machine break every other machine.
PRIVATE_TO_A_MACHINE = re.compile(
    rb"pypi[.]org|python[h]osted|/(home|root|work|Users)/"
)


@dataclass(frozen=True)
class Manifest:
    """What `dbt parse` found, and what it printed."""

    content: dict[str, Any]
    output: str

    def of_type(self, resource_type: str) -> list[Node]:
        nodes = self.content["nodes"].values()
        return [node for node in nodes if node["resource_type"] == resource_type]

    def parents(self, node: Node) -> Iterator[Node]:
        """The models, seeds and sources that a node reads."""
        for key in node["depends_on"]["nodes"]:
            yield self.content["nodes"].get(key) or self.content["sources"][key]

    def tables(self, source: str) -> list[Node]:
        """The tables of a source."""
        found = self.content["sources"].values()
        return [table for table in found if table["source_name"] == source]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("manifest")
    result = run_dbt(
        *("parse", "--no-partial-parse", "--show-all-deprecations"),
        folder=folder,
        connectors=",".join(("standard", *CONNECTORS)),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    content = json.loads((folder / "target/manifest.json").read_text("utf-8"))
    return Manifest(content, result.stdout + result.stderr)


@pytest.fixture(scope="module")
def models(manifest: Manifest) -> list[Node]:
    found = manifest.of_type("model")
    assert len(found) > 60
    return found


@pytest.fixture(scope="module")
def contracted(models: list[Node]) -> list[Node]:
    found = [model for model in models if model["config"]["contract"]["enforced"]]
    assert len(found) > 20
    return found


def layer(node: Node) -> str:
    """The folder under models/ of a model; of anything else its kind."""
    is_model = node["resource_type"] == "model"
    return str(node["fqn"][1] if is_model else node["resource_type"])


def is_report(node: Node) -> bool:
    return layer(node) == "marts" and node["fqn"][2] in REPORT_FOLDERS


def without_comments(code: str) -> str:
    return re.sub(r"{#.*?#}|--[^\n]*", "", code, flags=re.DOTALL)


def sources_of(*folders: str) -> dict[Path, str]:
    """The SQL files of folders of this project, without their comments."""
    paths = [path for folder in folders for path in (PROJECT / folder).rglob("*.sql")]
    return {path: without_comments(path.read_text("utf-8")) for path in sorted(paths)}


def test_dbt_parses_the_project_without_a_warning(manifest: Manifest) -> None:
    """A YAML about a model that is gone is only a warning, and so is a deprecation."""
    assert "WARNING" not in manifest.output.upper(), manifest.output


def test_every_description_says_what_one_row_is(models: list[Node]) -> None:
    """A grain nobody can say is a join that will multiply somebody's money."""
    vague = [
        m["name"] for m in models if not m["description"].startswith("One row per")
    ]
    assert not vague


def test_every_model_is_a_pair_of_files(models: list[Node]) -> None:
    unpaired = [
        model["name"]
        for model in models
        if Path(str(model["patch_path"]).partition("://")[2])
        != Path(model["original_file_path"]).with_suffix(".yml")
    ]
    assert not unpaired


def test_every_yaml_belongs_to_a_model(models: list[Node]) -> None:
    """What lies beside a model is about it: x.yml, x__unit_tests.yml."""
    of_models = {Path(model["original_file_path"]).with_suffix("") for model in models}
    for path in (PROJECT / "models").rglob("*.yml"):
        if path.name not in ("_sources.yml", "exposures.yml"):
            stem = path.stem.removesuffix("__unit_tests")
            assert path.relative_to(PROJECT).with_name(stem) in of_models, path


def test_names_tell_the_layer(models: list[Node]) -> None:
    for model in models:
        folder, name = model["fqn"][2], model["name"]
        prefixes = {"staging": f"stg_{folder}__", "intermediate": "int_"}
        prefix = prefixes.get(layer(model), "")
        plain = name.removeprefix(prefix)
        assert name == prefix + plain
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", plain), name
        assert not re.match(r"(stg|int|fct|dim|rpt|mart)_", plain), name
        assert not re.search(r"(^|_)(final|tmp|temp|base|new|old|xf)$", plain), name


def test_references_point_right_by_one_layer(
    manifest: Manifest, models: list[Node]
) -> None:
    """A mart that reads staging counts rows that the waist has rejected."""
    wrong = [
        f"{model['name']} reads {parent['name']}"
        for model in models
        for parent in manifest.parents(model)
        if layer(parent) not in ALLOWED_PARENTS[layer(model)]
    ]
    assert not wrong


def test_a_model_stands_in_the_schema_of_its_layer(
    manifest: Manifest, models: list[Node]
) -> None:
    """Whoever may read marts must not find what only staging may hold, and back."""
    personal = {
        *("int_erased_ids", "int_user_identifiers", "int_ids_sought"),
        *("int_clicks_found", "erasure_requests"),
    }
    elsewhere = {m["name"] for m in models if m["schema"] != layer(m)}
    assert elsewhere == personal - {"erasure_requests"}
    seeds = {seed["name"]: seed["schema"] for seed in manifest.of_type("seed")}
    assert {name for name in seeds if seeds[name] != "reference"} == {
        "erasure_requests"
    }
    kept = {m["name"]: m["schema"] for m in models} | seeds
    assert {kept[name] for name in personal} == {"staging"}


def test_every_staging_model_reads_one_source(
    manifest: Manifest, models: list[Node]
) -> None:
    """Or others of staging, and no source. A connector's read its own tables, all."""
    read: dict[str, list[list[str]]] = {}
    for model in models:
        parents = list(manifest.parents(model)) if layer(model) == "staging" else []
        sources = [p for p in parents if p["resource_type"] == "source"]
        if sources:
            folder = model["fqn"][2]
            own = OWN_SOURCES.get(folder, folder)
            assert {s["source_name"].removesuffix("_gql") for s in sources} == {own}
            read.setdefault(own, []).append([source["name"] for source in sources])
    for source in OWN_SOURCES.values():
        assert all(len(names) == 1 for names in read[source]), source
    for source, names in read.items():
        tables = {table["name"] for table in manifest.tables(source)}
        assert {name for found in names for name in found} == tables, source
    assert len(read) == len(OWN_SOURCES) + len({c[:7] for c in CONNECTORS})


def test_every_table_that_a_connector_gives_has_a_model(models: list[Node]) -> None:
    """One that is not listed is built and asked by nobody, and its money is gone."""
    names = {model["name"] for model in models}
    given: set[str] = set()
    for connector, tables in CONNECTORS.items():
        given |= {f"stg_{connector.removesuffix('_gql')}__{t}" for t in tables}
    layout = {name.removeprefix("stg_standard__") for name in names}
    own = ("stg_standard__", "stg_connected__", "stg_history__")
    told = {
        name
        for name in names
        if name.partition("__")[2] in layout
        and name.startswith("stg_")
        and not name.startswith(own)
    }
    assert told == given
    connected = {
        f"stg_connected__{table}" for ts in CONNECTORS.values() for table in ts
    }
    assert connected | {"stg_connected__ad_clicks_brief"} == {
        name for name in names if name.startswith("stg_connected__")
    }


def test_reports_and_entities_do_not_read_reports(
    manifest: Manifest, models: list[Node]
) -> None:
    """A number that went through two reports has two definitions, and no owner."""
    marts = [model for model in models if layer(model) == "marts"]
    assert {m["fqn"][2] for m in marts} == REPORT_FOLDERS | {"entities"}
    pairs = {
        (model["name"], parent["name"])
        for model in marts
        for parent in manifest.parents(model)
        if is_report(parent)
    }
    assert pairs == REPORTS_ON_REPORTS


def test_the_waist_and_what_people_read_have_a_contract(
    models: list[Node], contracted: list[Node]
) -> None:
    needed = {m["name"] for m in models if layer(m) in READ_BY_PEOPLE} | WAIST
    assert needed <= {model["name"] for model in contracted}


def test_every_contracted_column_has_a_type_and_a_meaning(
    contracted: list[Node],
) -> None:
    bare = [
        f"{model['name']}.{column['name']}"
        for model in contracted
        for column in model["columns"].values()
        if not column["data_type"] or not column["description"].strip()
    ]
    assert not bare


def test_names_of_columns_tell_their_types(contracted: list[Node]) -> None:
    """A reader takes `_at` for UTC and a bare number for money, without looking."""
    used = {
        (column["name"], column["data_type"])
        for model in contracted
        for column in model["columns"].values()
    }
    strangers = [
        f"{name} is a {data_type}"
        for name, data_type in sorted(used)
        if data_type not in types_of(name)
    ]
    assert not strangers
    # An exception outlives its column unnoticed.
    assert set(NAMED_OTHERWISE.items()) <= used


def types_of(name: str) -> set[str]:
    """The types that a column of this name may have."""
    if name in NAMED_OTHERWISE:
        return {NAMED_OTHERWISE[name]}
    return next(types for form, types in FORMS if re.fullmatch(form, name))


def test_one_column_name_has_one_type(contracted: list[Node]) -> None:
    """Two types under one name make joins and unions convert without saying so."""
    types: dict[str, set[str]] = {}
    for model in contracted:
        for column in model["columns"].values():
            types.setdefault(column["name"], set()).add(column["data_type"])
    several = {name: found for name, found in types.items() if len(found) > 1}
    # A deal's pipeline is a name in the CRM, an entry's is an amount of money.
    assert set(several) == {"pipeline"}


def test_nothing_asks_the_clock() -> None:
    """A table that depends on when it was built cannot be built again."""
    for path, code in sources_of("models", "macros", "tests").items():
        asked = CLOCK.search(code)
        assert asked is None, f"{path} asks {asked}"


def test_no_model_is_too_long_to_read(models: list[Node]) -> None:
    lengths = {model["name"]: model["raw_code"].count("\n") + 1 for model in models}
    too_long = {name: n for name, n in lengths.items() if n > LINES_PER_MODEL}
    assert not too_long


def test_a_macro_file_is_named_for_its_first_macro() -> None:
    files = sources_of("macros", "tests/generic")
    assert len(files) > 20
    for path, code in files.items():
        assert DEFINITION.findall(code)[:1] == [path.stem]


def test_every_macro_is_called_somewhere() -> None:
    files = sources_of("macros", "models", "tests")
    for name in ("dbt_project.yml", "models/staging/standard/_sources.yml"):
        files[PROJECT / name] = (PROJECT / name).read_text("utf-8")
    code = "\n".join(files.values())
    defined = {
        name for text in sources_of("macros").values() for name in macros_in(text)
    }
    assert len(defined) > 40
    unused = [name for name in sorted(defined) if not is_called(name, code)]
    assert set(unused) == CALLED_BY_DBT


def macros_in(code: str) -> list[str]:
    return re.findall(r"{%-?\s*macro\s+(\w+)", code)


def is_called(macro: str, code: str) -> bool:
    """Whether any call is in the code; `engine__x` is called by dispatching x."""
    engine, _, dispatched = macro.rpartition("__")
    if engine in ("default", "duckdb"):
        return f"adapter.dispatch('{dispatched}')" in code
    return re.search(rf"(?<!macro )\b{macro}\s*\(", code) is not None


def test_every_row_of_a_seed_says_why(manifest: Manifest) -> None:
    """A rule of the business without its reason is a rule nobody dares to change."""
    seeds = manifest.of_type("seed")
    assert seeds
    for seed in seeds:
        path = PROJECT / seed["original_file_path"]
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert all(row["why"].strip() for row in rows), path


def exposed(exposure: Node) -> set[str]:
    return {key.rpartition(".")[2] for key in exposure["depends_on"]["nodes"]}


def test_what_people_look_at_reads_marts_and_exports_only(manifest: Manifest) -> None:
    """Staging holds e-mail addresses, and its names may change any day."""
    exposures = manifest.content["exposures"].values()
    assert len(exposures) >= 5
    for exposure in exposures:
        assert exposure["owner"]["name"] == "Analytics engineering"
        assert exposure["owner"]["email"].endswith("@example.com")
        read = list(manifest.parents(exposure))
        assert read
        assert {layer(node) for node in read} <= READ_BY_PEOPLE, exposure["name"]


def test_every_mart_is_looked_at_by_somebody(
    manifest: Manifest, models: list[Node]
) -> None:
    """A mart without a reader is work and risk for nobody."""
    looked_at = set().union(*map(exposed, manifest.content["exposures"].values()))
    assert looked_at == {m["name"] for m in models if layer(m) in READ_BY_PEOPLE}


def test_the_report_reads_what_its_exposure_says(manifest: Manifest) -> None:
    code = Path(report.__file__).read_text("utf-8")
    read = set(re.findall(r"(?:from|join|,)\s+marts\.(\w+)", code))
    exposure = manifest.content["exposures"][
        "exposure.click_to_cash.side_by_side_report"
    ]
    assert exposed(exposure) == read


def test_versions_agree(manifest: Manifest) -> None:
    """Else build_info names a code version that made none of the numbers."""
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"][
        "version"
    ]
    macro = manifest.content["macros"]["macro.click_to_cash.code_version"]["macro_sql"]
    project = (PROJECT / "dbt_project.yml").read_text("utf-8")
    changelog = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert re.sub(r"{%.*?%}", "", macro) == version
    assert re.findall(r"^version: (\S+)$", project, re.MULTILINE) == [version]
    assert re.findall(r"^## (\d\S*)", changelog, re.MULTILINE)[0] == version


def test_every_list_of_values_is_checked(manifest: Manifest) -> None:
    """int_value_flags names its columns itself: one left out is never flagged."""
    flags = manifest.content["nodes"]["model.click_to_cash.int_value_flags"]
    checked = re.findall(r"\('(\w+)', '(\w+)'\)", flags["raw_code"])
    listed = [
        (source["name"], column["name"])
        for source in manifest.tables("raw")
        for column in source["columns"].values()
        if column["config"]["meta"].get("values")
    ]
    assert sorted(checked) == sorted(listed)
    assert listed


def test_the_list_of_tables_is_that_of_the_sources(manifest: Manifest) -> None:
    """A table left out of layout_tables() is delivered and never accounted for."""
    macro = manifest.content["macros"]["macro.click_to_cash.layout_tables"]["macro_sql"]
    tables = [source["name"] for source in manifest.tables("raw")]
    assert sorted(re.findall(r"'(\w+)'", macro)) == sorted(tables)


def test_what_history_keeps_is_a_contracted_model_that_reads_no_history(
    manifest: Manifest, contracted: list[Node]
) -> None:
    """A replay that read replays would tell another past each time it is made again."""
    by_name = {model["name"]: model for model in contracted}
    kept = [table["name"] for table in manifest.tables("history")]
    assert kept
    assert set(kept) <= set(by_name)
    unread = [by_name[name] for name in kept]
    read: list[Node] = []
    while unread:
        node = unread.pop()
        if node not in read:
            read.append(node)
            is_model = node["resource_type"] == "model"
            unread += manifest.parents(node) if is_model else []
    sources = {n["source_name"] for n in read if n["resource_type"] == "source"}
    assert sources <= {"raw", *CONNECTORS}


@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="not a git checkout")
def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    """Lock files with hosts and paths of one machine work there and nowhere else."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    paths = [PROJECT / name for name in listed.stdout.decode().split("\0") if name]
    assert len(paths) > 200
    for path in paths:
        found = (
            PRIVATE_TO_A_MACHINE.search(path.read_bytes()) if path.exists() else None
        )
        assert found is None, f"{path} holds {found}"

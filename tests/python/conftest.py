"""What several test modules share: the demo built once by dbt itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from warehouse import PROJECT, run_dbt


@dataclass(frozen=True)
class DemoBuild:
    """One `dbt build` of the demo: its folder of artefacts, database and output."""

    folder: Path
    database: Path
    output: str
    returncode: int


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> DemoBuild:
    """The demo built by dbt, seeds, models, unit tests and data tests."""
    folder = tmp_path_factory.mktemp("demo_build")
    result = run_dbt("build", folder=folder, raw_location=str(PROJECT / "seeds/demo"))
    return DemoBuild(
        folder,
        folder / "click_to_cash.duckdb",
        result.stdout + result.stderr,
        result.returncode,
    )

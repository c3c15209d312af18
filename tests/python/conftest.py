"""What several test modules share: the demo built once by dbt itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from warehouse import PROJECT, run_dbt

from click_to_cash.files import alone


@dataclass(frozen=True)
class DemoBuild:
    """One `dbt build` of the demo: its folder of artefacts, database and output."""

    folder: Path
    database: Path
    output: str
    returncode: int


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> DemoBuild:
    """The demo built by dbt, seeds, models, unit tests and data tests.

    Of the processes that run tests one builds it for all; nobody writes to it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    ended = folder / "ended.json"
    with alone(folder, "the demo was not built in ten minutes", patience=600):
        if not ended.exists():
            folder.mkdir()
            raw = str(PROJECT / "seeds/demo")
            result = run_dbt("build", folder=folder, raw_location=raw)
            output = result.stdout + result.stderr
            ended.write_text(json.dumps([output, result.returncode]), "utf-8")
    output, returncode = json.loads(ended.read_text("utf-8"))
    return DemoBuild(folder, folder / "click_to_cash.duckdb", output, returncode)

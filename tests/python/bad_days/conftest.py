"""One pipeline for all bad days of a process: the models are compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bad_days.pipeline import Pipeline


@pytest.fixture(scope="package")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The undamaged demo, built and published, and the ways to damage and build it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Pipeline(tmp_path_factory.mktemp("bad_days"), monkeypatch)

"""Reproducible chance, made of integers only.

Raw PCG64 bits and SeedSequence spawning are the two things numpy promises never to
change; its distributions, and exp, log and sin, may differ between versions and
processors. So every draw is raw bits, a multiplication and a shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_FINE = 1_000_000


class Dice:
    """One named stream of chance; streams of other names never move it."""

    def __init__(self, seed: int, name: str) -> None:
        spawned = np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()),))
        self._bits = np.random.PCG64(spawned)

    def raw(self, n: int) -> npt.NDArray[np.uint64]:
        """`n` words of 64 bits."""
        return np.asarray(self._bits.random_raw(n), dtype=np.uint64)

    def below(self, n: int, bound: int | Ints) -> Ints:
        """`n` integers in [0, bound); a bound (at most 2**32) per row is allowed."""
        wide = np.asarray(bound, dtype=np.uint64)
        drawn: Ints = (((self.raw(n) >> np.uint64(32)) * wide) >> np.uint64(32)).astype(
            np.int64
        )
        return drawn

    def between(self, n: int, low: int, high: int) -> Ints:
        """`n` integers from low to high, both included."""
        return low + self.below(n, high - low + 1)

    def chance(self, n: int, per_mille: int | Ints) -> Flags:
        """True with a probability of `per_mille` thousandths, row by row."""
        happens: Flags = self.below(n, 1_000_000) < np.asarray(per_mille) * 1_000
        return happens

    def weighted(self, n: int, weights: Ints) -> Ints:
        """`n` positions in `weights`, each as often as its integer weight says."""
        edges = np.cumsum(weights)
        drawn = self.below(n, int(edges[-1]))
        return np.searchsorted(edges, drawn, side="right").astype(np.int64)

    def shuffled(self, n: int) -> Ints:
        """The positions 0 to n - 1 in chance order."""
        return np.argsort(self.raw(n), kind="stable").astype(np.int64)

    def shares(self, n: int, weights: Sequence[int]) -> Ints:
        """A code per row in exact proportions, so that a rare kind is not left out.

        Every kind but the most frequent gets at least one row as long as rows last.
        """
        total = sum(weights)
        counts = [n * weight // total for weight in weights]
        counts = [max(c, 1) if w else 0 for c, w in zip(counts, weights, strict=True)]
        counts[weights.index(max(weights))] += max(n - sum(counts), 0)
        codes = np.repeat(np.arange(len(weights)), counts).astype(np.int64)
        # In a tiny world the kinds outnumber the rows: the first ones stay.
        return codes[:n][self.shuffled(n)]

    def some(self, n: int, per_mille: int) -> Flags:
        """Exactly `per_mille` thousandths of the rows, at least one of two or more."""
        chosen: Flags = self.shares(n, (1000 - per_mille, per_mille)) == 1
        return chosen

    def some_of(self, rows: Flags, per_mille: int) -> Flags:
        """As `some`, but chosen from the rows that are set."""
        chosen = np.zeros(len(rows), dtype=np.bool_)
        chosen[rows] = self.some(int(rows.sum()), per_mille)
        return chosen

    def quantiles(self, n: int, table: Sequence[int]) -> Ints:
        """`n` values whose equally spaced quantiles are `table`, straight between."""
        fixed = np.asarray(table, dtype=np.int64)
        place = self.below(n, (len(fixed) - 1) * _FINE)
        step, rest = place // _FINE, place % _FINE
        return fixed[step] + (fixed[step + 1] - fixed[step]) * rest // _FINE

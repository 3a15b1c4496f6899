"""Runs compiled work over components in threads: the large ones first, in portions between which progress is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from linli.algorithms.division.model import Ints

# Components that a thread takes at a time.
_PORTION = 16


def in_portions(sizes: Ints, threads: int, run: Callable[[Any], None], say: Callable[[float], None]) -> None:
    """Calls `run` with the numbers (int64) of up to sixteen components at a time until all are done.

    `sizes` (n) are the atoms of each component. `say` hears the share of atoms done; when it or `run` raises, what has not
    begun is dropped and what runs is waited for.
    """
    order = np.argsort(-sizes, kind="stable").astype(np.int64)
    portions = [order[i : i + _PORTION] for i in range(0, len(order), _PORTION)]
    total, done = max(1, int(sizes.sum())), 0
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(run, portion) for portion in portions]
        try:
            for portion, future in zip(portions, waiting, strict=True):
                future.result()
                done += int(sizes[portion].sum())
                say(done / total)
        except BaseException:
            for future in waiting:
                future.cancel()
            raise

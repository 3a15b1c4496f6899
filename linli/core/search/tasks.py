"""The job of the search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.core.platform.public import Work, periodic
from linli.core.search.indexing import BATCH, index_stale

MOST_A_MINUTE = 20_000


@periodic("index_search", every=timedelta(minutes=1))
def index_search(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Indexes what changed and nobody has searched for since; a large import in several minutes."""
    for _batch in range(MOST_A_MINUTE // BATCH):
        if index_stale(BATCH) < BATCH:
            return

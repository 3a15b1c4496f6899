"""`compiled`: functions for inner loops, compiled by numba on first use and kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function for one core; it must be plain loops over arrays and numbers.

    Dividing by zero gives infinity or no number, as in NumPy.
    """
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(F, made)

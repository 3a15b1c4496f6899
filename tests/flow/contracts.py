"""The inherited tests of every flow, found in the test modules of the house and of the departments: rows of the access table and
what the API is fuzzed with are derived from them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from tests.flow.contract import OWN_API, FlowContract

ROOT = Path(__file__).parents[2]


@cache
def contracts() -> dict[str, FlowContract]:
    """A contract by the code of its flow, of all flows with the API that the engine makes."""
    for pattern in ("tests/*/test_*.py", "linli/subsystems/*/tests/**/test_*.py"):
        for path in ROOT.glob(pattern):
            if "(FlowContract)" in path.read_text():
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = {one.flow.code: one() for one in FlowContract.__subclasses__() if hasattr(one, "flow")}
    return {code: one for code, one in sorted(found.items()) if code not in OWN_API}

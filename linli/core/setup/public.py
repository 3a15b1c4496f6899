"""The door of setup: what a city needs, and what is wrong in one that runs."""

from linli.core.setup.residents_pages import Contact, contact
from linli.core.setup.selectors import (
    Finding,
    StepState,
    administers_city,
    examples,
    findings_of,
    something_lacks,
    steps_of,
)

__all__ = [
    "Contact",
    "Finding",
    "StepState",
    "administers_city",
    "contact",
    "examples",
    "findings_of",
    "something_lacks",
    "steps_of",
]

"""The jobs of the department stand in its rooms; they register when these are read."""

from linli.subsystems.admission.admissions.giving import call_off_one, give_all, give_one
from linli.subsystems.admission.campaigns import running

__all__ = ["call_off_one", "give_all", "give_one", "running"]

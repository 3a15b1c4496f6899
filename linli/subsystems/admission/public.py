"""What the demo city and tests may use of admission."""

from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.giving import ask_admission
from linli.subsystems.admission.models import Admission, AdmissionGrid

__all__ = ["ADMISSION", "Admission", "AdmissionGrid", "ask_admission"]

"""The tables of the department, each in its own room; Django looks for them here."""

from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid, AdmissionState
from linli.subsystems.admission.campaigns.models import (
    Campaign,
    CampaignGrid,
    CampaignSheet,
    CampaignState,
    CampaignTarget,
)

__all__ = [
    "Admission",
    "AdmissionGrid",
    "AdmissionState",
    "Campaign",
    "CampaignGrid",
    "CampaignSheet",
    "CampaignState",
    "CampaignTarget",
]

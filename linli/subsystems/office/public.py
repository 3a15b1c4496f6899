"""What the demo city and tests may use of office work."""

from linli.subsystems.office.approvals.flow import APPROVAL
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.leave.flow import LEAVE
from linli.subsystems.office.models import Approval, DocumentIn, DocumentOut, Leave

__all__ = ["APPROVAL", "DOCUMENT_IN", "DOCUMENT_OUT", "LEAVE", "Approval", "DocumentIn", "DocumentOut", "Leave"]

"""What the demo city and tests may use of office work."""

from linli.subsystems.office.approval import APPROVAL, ask_for_approval
from linli.subsystems.office.leave import LEAVE, ask_for_leave
from linli.subsystems.office.models import Approval, Leave

__all__ = ["APPROVAL", "LEAVE", "Approval", "Leave", "ask_for_approval", "ask_for_leave"]

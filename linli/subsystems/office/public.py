"""What the demo city and tests may use of office work."""

from linli.subsystems.office.leave import LEAVE, ask_for_leave
from linli.subsystems.office.models import Leave

__all__ = ["LEAVE", "Leave", "ask_for_leave"]

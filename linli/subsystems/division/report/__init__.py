"""The report of a division and the comparison of two, each as one HTML page that needs no network.

`report_page` and `comparison_page` take proposals as `proposal.read_proposal` gives them; `InForce` tells a report what is in
force today. Texts go through gettext and stand in the page in both languages.
"""

from linli.subsystems.division.report.comparison import comparison_page
from linli.subsystems.division.report.page import report_page
from linli.subsystems.division.report.summary import InForce

__all__ = ["InForce", "comparison_page", "report_page"]

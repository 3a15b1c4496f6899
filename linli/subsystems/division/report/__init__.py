"""The report of a division and the comparison of two, each as one HTML page that needs no network.

`report_page` and `comparison_page` take proposals as `proposal.reading` gives them; `InForce` of `publishing.in_force` tells
a report what is in force today. Texts go through gettext and stand in the page in both languages.
"""

from linli.subsystems.division.report.comparison import comparison_page
from linli.subsystems.division.report.page import report_page

__all__ = ["comparison_page", "report_page"]

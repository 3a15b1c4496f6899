"""The API of the data office, below /api/v1/dataoffice/."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.dataoffice.lists import REQUESTS

router = Router(tags=["dataoffice"])
list_route(router, REQUESTS, "/requests", name="data-requests", operation="listDataRequests", summary="Data requests")

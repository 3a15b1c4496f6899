"""Runs the loop of a case in a deployment without subsystems and prints what such a deployment has, as JSON."""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    from django.apps import apps
    from django.test import Client
    from django.urls import get_resolver

    from linli.core.access.public import Role
    from linli.core.catalogue.public import catalogue
    from linli.core.platform.public import Indicator, brought, matrix_findings, menu_entries, work_off
    from tests.access_table import signed_in
    from tests.city import build_city

    call_command("migrate", verbosity=0)
    city = build_city()
    case = city.bring_to("archived")
    work_off()
    client = signed_in(Client(), city.users["leader"])
    found = {
        "state": case.state,
        "subsystem_apps": [one.name for one in apps.get_app_configs() if one.name.startswith("linli.subsystems")],
        "menu": len(menu_entries()),
        "indicators": sorted({package.code for package, _one in brought(Indicator)}),
        "standards": sorted({node.standard for node in catalogue().categories.values()}),
        "roles": sorted(Role.objects.exclude(origin="core").values_list("code", flat=True)),
        "worker": "patrol.walk" in Role.objects.get(code="grid_worker").permissions,
        "findings": [finding.sentence for finding in matrix_findings()],
        "patrol_routes": "patrol" in (get_resolver().namespace_dict or {}),
        "pages": [client.get(address).status_code for address in ("/home/", "/cases/", "/indicators/", "/patrol/")],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

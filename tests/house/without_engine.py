"""Works through a day of an office that has no engine for dividing ground, and prints what it had, as JSON."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import django
from click.testing import CliRunner
from django.core.management import call_command

AREAS = "代码,名称,级别,上级\n650000000000,乌市,地级市,\n650102000000,天山区,市辖区,650000000000\n"
PAGES = ("/home/", "/cases/", "/map/", "/indicators/", "/patrol/plans/", "/report/")


def main(home: Path) -> None:
    django.setup()
    from django.test import Client

    from linli.config.cli import linli
    from linli.core.areas.public import Area
    from linli.core.platform.public import clock_at, work_off
    from linli.subsystems.patrol.tests.walks import at, check, patrol_lead, plan_of, start
    from tests.access_table import signed_in
    from tests.city import build_city

    def told(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(linli, list(map(str, words)))
        return done.exit_code, done.output

    call_command("migrate", verbosity=0)
    city = build_city()
    case = city.bring_to("archived")
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:10")):
        walked = start(city.access["worker"], plan)
        check(city.access["worker"], walked)
    work_off()
    (home / "areas.csv").write_text(AREAS, encoding="utf-8")
    imported = told("areas", "import", home / "areas.csv", "--language", "en")
    client = signed_in(Client(), city.users["leader"])
    found = {
        "engine": [name for name in ("numba", "osmium", "scipy") if find_spec(name)],
        "case": case.state,
        "checked": walked.checks.count(),
        "pages": {address: client.get(address).status_code for address in PAGES},
        "imported": [imported[0], Area.objects.filter(name="天山区").count()],
        "backup": "read back and whole" in told("backup", home / "all.tar", "--language", "en")[1],
        "audit": told("audit", "verify")[0],
        "tables": told("data-matrix")[0],
        "help": "division" in told("--help")[1],
        "explains": told("division", "run", "--help")[0],
        "divides": told("division", "run", "--demo", "--output", home / "division", "--language", "en"),
        "left": (home / "division").exists(),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

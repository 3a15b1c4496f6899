"""What the example does with a file: for test_full_example.py."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from django.conf import settings

from linli.config.cli import linli
from linli.subsystems.example.models import BenchNote
from tests.city import TestCity


def brings_in_a_file(city: TestCity) -> None:
    """By the terminal: the columns are found by their headings, a second time changes nothing, and all of it can be taken back."""
    file = Path(settings.LINLI_HOME) / "benches.csv"
    file.write_text(
        "纬度,经度,位置,长椅编号\n30.005,115.005,河边第三张长椅,B1\n30.005,115.045,塔山的长椅,B2\n", encoding="gbk"
    )
    for said in ("2 new, 0 changed, 0 here already", "0 new, 0 changed, 2 here already"):
        done = CliRunner().invoke(linli, ["import", "benches", str(file), "--language", "en"], catch_exceptions=False)
        assert said in done.output
    assert set(BenchNote.objects.values_list("place", flat=True)) == {"河边第三张长椅", "塔山的长椅"}
    listed = CliRunner().invoke(linli, ["import", "--list", "--language", "en"]).output
    assert "benches\tBenches" in listed
    number = listed.splitlines()[-1].split("\t")[0]
    assert "2 rows taken back" in CliRunner().invoke(linli, ["import", "--undo", number, "--language", "en"]).output
    assert not BenchNote.objects.exists()

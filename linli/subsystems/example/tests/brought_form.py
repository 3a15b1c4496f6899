"""The example's form: among what a worker can fill in, with all that a form has."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client

from linli.core.forms.public import About, answers_of, brought_form, fill_in
from linli.core.grids.public import Grid
from tests.access_table import signed_in
from tests.city import TestCity


def brings_a_form(city: TestCity) -> None:
    """It stands among what a worker can fill in, and takes an answer about a grid."""
    worker, found = city.access["worker"], brought_form("bench-check")
    page = signed_in(Client(), city.users["worker"]).get("/forms/").content.decode()
    assert f'<a href="/forms/{found.id}/begin/">长椅检查</a>' in page
    about = About("grid", Grid.objects.get(code="G1").id)
    given = {"sits": "no", "boards": "2"}
    sheet = fill_in(worker.actor(), access=worker, uuid=uuid4(), form_id=found.id, given=given, about=about)
    assert answers_of(sheet) == {"sits": "no", "boards": 2}

"""What yesterday's backup holds of somebody who is forgotten today: every column of every table and every file that somebody's life in linli left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from linli.core.cases.models import CaseReporter
from linli.core.people.keys import opened_for
from linli.core.people.models import Person, PersonValueField
from linli.core.people.public import Item, begin_service, forget_person
from linli.core.platform.keeping.expiry import linli_models
from linli.core.platform.public import (
    SYSTEM,
    Forgotten,
    Letter,
    Message,
    NotAccepted,
    SealedField,
    send_waiting,
    use_port,
    work_off,
)
from linli.subsystems.dataoffice.models import DataRequest
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity

from .asking import asked, counter_code, with_officer
from .test_requests import step

NAME, PHONE, OTHER, CITIZEN = "佘卍叕", "13777001001", "13777009002", "11010519491231002X"
SECRETS = (NAME, PHONE, OTHER, CITIZEN, "1377 7001 001")


class Post:
    """A port that takes every letter but the first, which it refuses with the number in its words."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        """Takes a letter."""
        self.letters.append(letter)
        if len(self.letters) == 1:
            raise NotAccepted(f"no route to {letter.to}", permanent=True)


@pytest.fixture
def post() -> Iterator[Post]:
    port = Post()
    use_port("sms", port)
    yield port
    use_port("sms", None)


def life(city: TestCity, post: Post) -> list[CaseReporter | Person]:
    """Somebody reports, comes into a service, is looked at, gets codes, takes everything away, corrects and asks."""
    with_officer(city)
    case = city.report(reporter_name=NAME, reporter_phone=PHONE, words="井盖缺失")
    row = CaseReporter.objects.get(case_id=case.id)
    given = {"name": NAME, "phone": PHONE, "citizen_number": CITIZEN}
    person = begin_service(
        SYSTEM,
        service="sponsor",
        item=Item("bench", 1, city.areas[COMMUNITY].id),
        given=given,
        consent=("zh-hans", "web"),
    )
    staff = signed_in(Client(), city.users["acceptance"])
    assert PHONE in staff.post(reverse("case-reporter", args=[case.id]), {"purpose": "ask_back"}).content.decode()
    for _each in range(2):
        where = Client().post(reverse("my-data:start"), {"contact": PHONE}).headers["Location"]
        send_waiting()
    code = re.search(r"\d{8}", post.letters[-1].body)
    assert code is not None
    client = Client()
    assert client.post(where, {"code": code[0]}).status_code == 302
    for name in ("page", "copy", "export"):
        assert PHONE in client.get(reverse(f"my-data:{name}")).content.decode()
    counter_code(city, PHONE, NAME)
    send_waiting()
    step(city, asked(city, "correction", row, field="phone", value=OTHER, words="换号"), "carry_out")
    asked(city, "correction", person, field="phone", value=OTHER, words="换号")
    work_off()
    return [row, person]


def everything() -> Iterator[tuple[str, str]]:
    """Each value of each row of each table, as it lies there, and opened where the key of the deployment opens it; each file."""
    for model in linli_models():
        names = [field.name for field in model._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                yield (
                    model._meta.label,
                    " ".join(str(bytes(one) if isinstance(one, memoryview) else one) for one in row),
                )
        sealed = [name for name in names if isinstance(model._meta.get_field(name), SealedField)]
        for shown in model._base_manager.values_list(*sealed) if sealed else ():
            yield f"{model._meta.label} {sealed}, opened", " ".join(map(str, shown))
    for file in Path(settings.LINLI_HOME).rglob("*"):
        if file.is_file():
            yield str(file), file.read_bytes().decode("utf-8", "replace")


def test_what_a_persons_life_left_in_yesterdays_backup_opens_nowhere_after_they_are_forgotten(
    city: TestCity, post: Post
) -> None:
    rows = life(city, post)
    found = [(where, text) for where, words in everything() for text in SECRETS if text in words]
    failed = Message.objects.get(state="failed")
    assert [where for where, _text in found] == [f"{Message._meta.label} ['envelope'], opened"], (
        "only the letter that waits for an operator"
    )
    assert "137****1001" in failed.error
    tokens = [
        (row, field.name, getattr(row, field.name))
        for model in linli_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PersonValueField)
        for row in model._base_manager.exclude(**{field.name + "__isnull": True})
        if getattr(row, field.name)
    ]
    assert len(tokens) >= 6
    for row in rows:
        forget_person(SYSTEM, row)
    work_off()
    for row, name, token in tokens:
        kept_by = (
            next(one for one in rows if row.holder == one._meta.label_lower) if isinstance(row, DataRequest) else row
        )
        with pytest.raises(Forgotten):
            opened_for(kept_by, token, row.field if kept_by is not row else f"person {name}")

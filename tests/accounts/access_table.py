"""Who gets what from sign-in, account and people. Only `administrator` hands on rights; its areas are one district."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import (
    FactorReset,
    OversightNotice,
    PendingRight,
    Role,
    UnitChange,
    User,
    create_user,
    grant_scope,
    make_token,
    new_secret,
    scopes_of,
    set_up_second_factor,
)
from linli.core.access.totp import code_of, step_of
from linli.core.accounts.pages import people_list
from linli.core.platform.public import SYSTEM, now
from tests.access_table import PEOPLE, Ask, Entry, each, only
from tests.city import DISTRICT, PASSWORD, STREET, TestCity
from tests.desk.access_rows import rows_of


def get(route: str, /, *args: object, **query: str) -> Ask:
    """A reading request."""
    return lambda client: client.get(reverse(route, args=args), query)  # type: ignore[return-value]


def post(route: str, /, *args: object, **form: str) -> Ask:
    """A form, with a fresh UUID."""

    def ask(client: Client) -> HttpResponse:
        return client.post(reverse(route, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]

    return ask


def second_administrator(city: TestCity) -> User:
    """Somebody who hands on over the whole city."""
    user = create_user(
        SYSTEM, username="senior", display_name="Senior", unit=city.units["city_centre"], password=PASSWORD
    )
    role = Role.objects.get(code="administrator")
    grant_scope(SYSTEM, user=user, role=role, area=city.areas["990100000000"])
    return user


def without_phone(city: TestCity, senior: User) -> tuple[User, FactorReset]:
    """Somebody of the street whose second factor shall be taken away."""
    user, secret = (
        create_user(SYSTEM, username="lost", display_name="Lost", unit=city.units["street_centre"]),
        new_secret(),
    )
    set_up_second_factor(SYSTEM, user=user, secret=secret, code=code_of(secret, step_of(now())))
    return user, FactorReset.objects.create(user=user, asked_by=senior, asked_at=now())


def _units(city: TestCity) -> list[Entry]:
    """The units of the administrator's district."""
    own, other = city.units["roads"].id, city.units["far_centre"].id
    below, changes = only(200, "administrator", nobody=302), only(302, "administrator", nobody=302)
    gone = only(404, "administrator", nobody=302)
    unit = {"name": "园林所", "kind": "department", "area": DISTRICT}
    change = UnitChange.objects.filter(unit_id=own).latest("id").id
    return [
        Entry("units", "GET", get("units"), below),
        Entry("unit-new", "GET", get("unit-new"), below),
        Entry("unit-new", "POST", post("unit-new", code="parks", **unit), changes),
        Entry("unit", "GET", get("unit", own), below, note="below"),
        Entry("unit", "GET", get("unit", other), gone, note="elsewhere"),
        Entry("unit", "POST", post("unit", own, **unit), changes, note="below"),
        Entry("unit", "POST", post("unit", other, **unit), gone, note="elsewhere"),
        Entry("unit-retire", "POST", post("unit-retire", own), only(409, "administrator", nobody=302), note="held"),
        Entry("unit-retire", "POST", post("unit-retire", other), gone, note="elsewhere"),
        Entry("unit-reopen", "POST", post("unit-reopen", own), changes, note="below"),
        Entry("unit-reopen", "POST", post("unit-reopen", other), gone, note="elsewhere"),
        Entry("unit-undo", "POST", post("unit-undo", own, change), only(409, "administrator", nobody=302), note="held"),
        Entry("unit-undo", "POST", post("unit-undo", other, change), gone, note="elsewhere"),
    ]


def entries(city: TestCity) -> list[Entry]:
    """The rows of this surface."""
    token, _text = make_token(SYSTEM, user=city.users["worker"], name="x")
    own, other = city.users["worker"].id, city.users["far_acceptance"].id
    own_scope, other_scope = scopes_of(own)[0].id, scopes_of(other)[0].id
    anybody = each(200, nobody=200)
    mine, done = each(200, nobody=302), each(302, nobody=302)
    below, gone = only(200, "administrator", nobody=302), only(404, "administrator", nobody=302)
    changes = only(302, "administrator", nobody=302)
    password = {"present": PASSWORD, "password": "another-sentence", "again": "another-sentence"}
    person = {"username": "x", "display_name": "陈芳"}
    senior = second_administrator(city)
    ask = {"user": city.users["worker"], "role": Role.objects.get(code="verifier"), "area": city.areas[STREET]}
    waiting = PendingRight.objects.create(**ask, asked_by=senior, asked_at=now())
    role = {"role": "dispatcher", "area": STREET}
    told = {"overseer": city.users["auditor"], "kind": "right_given_alone", "about": city.users["worker"], "by": senior}
    notice = OversightNotice.objects.create(**told, role=ask["role"], area=city.areas[STREET], at=now())
    nothing = dict.fromkeys(PEOPLE, 422)
    lost, reset = without_phone(city, senior)
    return [
        Entry("sign-in", "GET", get("sign-in"), each(302, nobody=200)),
        Entry("sign-in", "POST", post("sign-in", username="worker", password=PASSWORD), done),
        Entry("sign-out", "POST", post("sign-out"), done),
        Entry("password-forgotten", "GET", get("password-forgotten"), anybody),
        Entry("password-forgotten", "POST", post("password-forgotten", mail="a@example.org"), done),
        Entry("password-new", "GET", get("password-new", "MQ", "x-y"), each(404, nobody=404), note="a wrong link"),
        Entry("account", "GET", get("account"), mine),
        Entry("second-factor", "GET", get("second-factor"), mine),
        Entry("second-factor", "POST", post("second-factor", code="000000", present="x"), nothing | {"nobody": 302}),
        Entry("recovery-codes", "POST", post("recovery-codes", code="000000"), done, note="none set up"),
        Entry("second-factor-end", "POST", post("second-factor-end", code="000000"), done, note="none set up"),
        Entry("factor-reset", "POST", post("factor-reset", lost.id), changes, note="below"),
        Entry("factor-reset", "POST", post("factor-reset", other), gone, note="elsewhere"),
        Entry("factor-reset-decide", "POST", post("factor-reset-decide", lost.id, reset.id, agree="yes"), changes, note="below"),
        Entry("factor-reset-decide", "POST", post("factor-reset-decide", other, reset.id, agree="yes"), gone, note="elsewhere"),
        Entry("session-end", "POST", post("session-end", session="x"), done),
        Entry("sessions-end-all", "POST", post("sessions-end-all"), done),
        Entry("password-change", "POST", post("password-change", **password), done),
        Entry("token-create", "POST", post("token-create", name="x", days="30"), mine),
        Entry("token-revoke", "POST", post("token-revoke", token.id), only(302, "worker", otherwise=404, nobody=302, all_roles=404)),
        Entry("language-change", "POST", post("language-change", language="en"), done),
        Entry("language-change", "POST", post("language-change", language="x"), nothing | {"nobody": 302}, note="unknown"),
        Entry("set_language", "POST", post("set_language", language="en"), done),
        Entry("notice-note", "POST", post("notice-note", notice.id), only(302, "auditor", otherwise=404, nobody=302, all_roles=404)),
        *_units(city),
        *rows_of(people_list.PEOPLE, "", ("administrator",), exporters=("administrator",), doers=("administrator",)),
        Entry("person-new", "GET", get("person-new"), below),
        Entry("person-new", "POST", post("person-new", unit="street_centre", **person), changes, note="below"),
        Entry(
            "person-new", "POST", post("person-new", unit="far_centre", **person),
            only(422, "administrator", nobody=302), note="elsewhere",
        ),
        Entry("person", "GET", get("person", own), below, note="below"),
        Entry("person", "GET", get("person", other), gone, note="elsewhere"),
        Entry("person-unlock", "POST", post("person-unlock", own), changes, note="below"),
        Entry("person-unlock", "POST", post("person-unlock", other), gone, note="elsewhere"),
        Entry("person-close", "POST", post("person-close", own), changes, note="below"),
        Entry("person-close", "POST", post("person-close", other), gone, note="elsewhere"),
        Entry("person-link", "POST", post("person-link", own), below, note="below"),
        Entry("person-link", "POST", post("person-link", other), gone, note="elsewhere"),
        Entry("pending-decide", "POST", post("pending-decide", own, waiting.id, agree="yes"), changes, note="below"),
        Entry("pending-decide", "POST", post("pending-decide", other, waiting.id, agree="yes"), gone, note="elsewhere"),
        Entry("scope-give", "POST", post("scope-give", own, **role), changes, note="below"),
        Entry("scope-give", "POST", post("scope-give", other, **role), gone, note="elsewhere"),
        Entry("scope-end", "POST", post("scope-end", own, own_scope), changes, note="below"),
        Entry("scope-end", "POST", post("scope-end", other, other_scope), gone, note="elsewhere"),
    ]  # fmt: skip

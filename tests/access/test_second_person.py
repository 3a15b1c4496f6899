"""An administrator sees no case, not even through an account of their own making: a second person agrees, or overseers hear."""

from __future__ import annotations

import re
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.access.public import (
    Access,
    ApiToken,
    OversightNotice,
    PasswordChanged,
    PendingRight,
    Role,
    Scope,
    User,
    access_by_token,
    access_of,
    check_sign_in,
    create_user,
    decide_right,
    give_right,
    grant_scope,
    kept_apart,
    make_token,
    may_agree,
    scopes_of,
    set_password,
)
from linli.core.access.roles import role_plans
from linli.core.platform.models import AuditDetail, AuditRecord, Message
from linli.core.platform.public import SYSTEM, Refusal, clock_at, now, verify, write
from tests.access_table import signed_in
from tests.accounts.test_people import FORM, as_, give, second_administrator, words
from tests.city import CITY, COMMUNITY, DISTRICT, PASSWORD, STREET, TestCity, build_city
from tests.forms import sent


def access(user: User) -> Access:
    found = access_of(user.id)
    assert found is not None
    return found[0]


def mailed(user: User, mail: str) -> User:
    user.mail = mail
    with write(SYSTEM) as work:
        user.save()
        work.stands(User, user.id)
    return user


def puppet(city: TestCity) -> User:
    """An account that the administrator made by the page."""
    as_(city).post(reverse("person-new"), FORM | {"effect_id": str(uuid4())})
    return User.objects.get(username="new.worker")


def test_a_right_to_see_cases_waits_until_a_second_person_agrees(city: TestCity) -> None:
    second = mailed(second_administrator(city, CITY, "city_centre"), "second@example.org")
    made = puppet(city)
    response = give(as_(city), made, "acceptance", STREET)
    assert response["Location"].endswith("?done=waits")
    assert not scopes_of(made.id).exists()
    page = as_(city).get(response["Location"])
    assert "等待第二人" in words(page)
    assert "同意" not in re.findall(r"<button[^>]*>(.*?)<", words(page))
    assert Message.objects.filter(template="right_waits").count() == 1
    waiting = PendingRight.objects.get()
    theirs = signed_in(Client(), second)
    assert "同意" in words(theirs.get(reverse("people")))
    path = reverse("pending-decide", args=[made.id, waiting.id])
    assert theirs.post(path, sent(agree="yes"))["Location"].endswith("?done=granted")
    assert scopes_of(made.id).get().granted_by_id == second.id
    assert theirs.post(path, sent(agree="yes")).status_code == 409
    actions = AuditRecord.objects.filter(action__startswith="scope.", subject_id=str(made.id)).order_by("seq")
    assert [one.action for one in actions] == ["scope.ask", "scope.agree", "scope.grant"]
    assert list(verify()) == []


def test_who_asked_cannot_agree_and_may_take_it_back(city: TestCity) -> None:
    second_administrator(city, CITY, "city_centre")
    made, client = puppet(city), as_(city)
    give(client, made, "acceptance", STREET)
    path = reverse("pending-decide", args=[made.id, PendingRight.objects.get().id])
    assert client.post(path, sent(agree="yes")).status_code == 409
    assert not scopes_of(made.id).exists()
    assert client.post(path, sent(agree="no")).status_code == 302
    assert PendingRight.objects.get().agreed is False


def test_the_same_wish_twice_waits_once(city: TestCity) -> None:
    second_administrator(city, CITY, "city_centre")
    for _ in range(2):
        give(as_(city), city.users["worker"], "acceptance", STREET)
    assert PendingRight.objects.count() == 1


def test_an_account_of_ones_own_making_is_no_second_person(city: TestCity) -> None:
    """A chain of puppets: each hands on below the one before, and closing one of them in between hides nothing."""
    city.access["administrator"] = access(city.users["administrator"])
    admin, street, community = Role.objects.get(code="administrator"), city.areas[STREET], city.areas[COMMUNITY]
    first = create_user(SYSTEM, username="p1", display_name="P1", unit=city.units["street_centre"], password=PASSWORD)
    give_right(
        city.access["administrator"].actor(), user=first, role=admin, area=street, by=city.access["administrator"]
    )
    chained = create_user(
        SYSTEM, username="p2", display_name="P2", unit=city.units["community_office"], password=PASSWORD
    )
    give_right(access(first).actor(), user=chained, role=admin, area=community, by=access(first))
    Scope.objects.filter(user=first).update(valid_to=now())
    asked = PendingRight(
        user=city.users["worker"], role=Role.objects.get(code="acceptance"), area=community,
        asked_by_id=city.users["administrator"].id,
    )  # fmt: skip
    assert may_agree(access(chained), [asked]) == [False]
    assert may_agree(access(second_administrator(city, DISTRICT, "district_centre")), [asked]) == [True]


def test_where_nobody_else_could_agree_the_right_is_given_and_overseers_hear_of_it(city: TestCity) -> None:
    mailed(city.users["auditor"], "auditor@example.org")
    mailed(city.users["leader"], "leader@example.org")
    made = puppet(city)
    response = give(as_(city), made, "acceptance", STREET)
    assert response["Location"].endswith("?done=alone")
    assert "分管领导和审计员" in words(as_(city).get(response["Location"]))
    assert scopes_of(made.id).count() == 1
    assert Message.objects.filter(template="right_given_alone").count() == 2
    record = AuditRecord.objects.get(action="scope.grant", subject_id=str(made.id))
    assert '"alone":true' in AuditDetail.objects.get(chain=record.chain, seq=record.seq).content


def test_who_holds_the_right_gives_it_alone_and_rights_without_cases_need_nobody(city: TestCity) -> None:
    second_administrator(city, CITY, "city_centre")
    grant_scope(
        SYSTEM, user=city.users["administrator"], role=Role.objects.get(code="verifier"), area=city.areas[DISTRICT]
    )
    assert give(as_(city), city.users["worker"], "verifier", STREET)["Location"].endswith("?done=granted")
    assert give(as_(city), city.users["worker"], "administrator", STREET)["Location"].endswith("?done=granted")
    assert give(as_(city), city.users["worker"], "acceptance", STREET)["Location"].endswith("?done=waits")


def test_every_role_that_opens_cases_needs_a_second_person(city: TestCity) -> None:
    second_administrator(city, CITY, "city_centre")
    for code, (plan, _origin) in role_plans().items():
        outcome = give(as_(city), city.users["worker"], code, COMMUNITY)["Location"].partition("done=")[2]
        # Who gives holds the right to bring cases in from files themselves, so it opens nothing to them.
        opens = any(one.startswith("case.") and one != "case.import" for one in plan.permissions)
        assert outcome == ("waits" if opens and code != "grid_worker" else "granted"), code


def test_roles_that_are_kept_apart_are_named_when_one_hand_holds_them(city: TestCity) -> None:
    plans = {code: plan.permissions for code, (plan, _origin) in role_plans().items()}
    held = lambda *codes: kept_apart([(code, plans[code]) for code in codes])  # noqa: E731
    assert held("handler", "verifier") == ["handler", "verifier"]
    assert held("administrator", "acceptance") == []
    assert held("administrator", "dispatcher", "grid_worker") == ["dispatcher", "administrator"]
    assert held("handler", "dispatcher") == held("auditor") == []
    grant_scope(SYSTEM, user=city.users["worker"], role=Role.objects.get(code="handler"), area=city.areas[STREET])
    grant_scope(SYSTEM, user=city.users["worker"], role=Role.objects.get(code="verifier"), area=city.areas[STREET])
    assert "通常由不同的人担任" in words(as_(city).get(reverse("person", args=[city.users["worker"].id])))


def shown_link(client: Client, user: User) -> str:
    page = words(client.post(reverse("person-link", args=[user.id]), {"effect_id": str(uuid4())}))
    return re.findall(r"http://localhost:8000(/password/new/[\w/-]+/)", page)[0]


def test_the_first_password_is_the_persons_own_by_a_link_that_works_once(city: TestCity) -> None:
    client = as_(city)
    client.post(reverse("person-new"), FORM | {"mail": "", "effect_id": str(uuid4())})
    made = User.objects.get(username="new.worker")
    older, link = shown_link(client, made), shown_link(client, User.objects.get(id=made.id))
    browser = Client()
    assert browser.get(older).status_code == 404  # a newer link ends the one before
    assert browser.post(link, {"password": "my-own-sentence", "again": "my-own-sentence"}).status_code == 302
    assert check_sign_in("new.worker", "my-own-sentence") == made
    assert browser.get(link).status_code == 404
    assert link not in words(client.get(reverse("person", args=[made.id])))


def test_a_first_link_ends_after_three_days(city: TestCity) -> None:
    client = as_(city)
    client.post(reverse("person-new"), FORM | {"mail": "", "effect_id": str(uuid4())})
    link = shown_link(client, User.objects.get(username="new.worker"))
    # Django's generator of links asks the machine's own clock.
    from django.contrib.auth.tokens import default_token_generator

    late = default_token_generator._now
    with pytest.MonkeyPatch.context() as patched:
        from datetime import timedelta

        patched.setattr(default_token_generator, "_now", lambda: late() + timedelta(days=3, minutes=1))
        assert Client().get(link).status_code == 404
    assert Client().get(link).status_code == 200


def test_with_mail_the_link_goes_there_and_whoever_made_the_account_never_sees_it(city: TestCity) -> None:
    client, made = as_(city), puppet(city)
    assert Message.objects.filter(template="password_first").count() == 1
    again = client.post(reverse("person-link", args=[made.id]), {"effect_id": str(uuid4())}, follow=True)
    assert "/password/new/" not in words(again)
    assert Message.objects.filter(template="password_first").count() == 2


def test_a_link_that_is_handed_over_for_an_account_that_sees_more_is_told(city: TestCity) -> None:
    mailed(city.users["auditor"], "auditor@example.org")
    assert shown_link(as_(city), city.users["acceptance"])
    assert Message.objects.filter(template="password_link_given").count() == 1
    assert AuditRecord.objects.filter(action="password.link").count() == 1


@pytest.mark.parametrize(
    "mail", ["boss@example.org", "Boss@EXAMPLE.org", "boss+p1@example.org", "boss@ｅxample.org", " boss@example.org "]
)
def test_nobody_opens_an_account_with_their_own_address(city: TestCity, mail: str) -> None:
    mailed(city.users["administrator"], "Boss@example.org")
    page = as_(city).post(reverse("person-new"), FORM | {"mail": mail, "effect_id": str(uuid4())})
    assert page.status_code == 409
    assert "这是您自己的邮箱" in words(page)
    assert not User.objects.filter(username="new.worker").exists()
    assert not Message.objects.filter(template="password_first").exists()


def test_nobody_has_the_link_of_somebody_else_sent_to_themselves(city: TestCity) -> None:
    mailed(city.users["administrator"], "boss@example.org")
    made = mailed(city.users["acceptance"], "BOSS@example.org")
    page = as_(city).post(reverse("person-link", args=[made.id]), {"effect_id": str(uuid4())})
    assert page.status_code == 409
    assert "这是您自己的邮箱" in words(page)
    assert not Message.objects.exists()


def test_overseers_learn_of_a_first_link_that_was_handed_over_with_and_without_mail(city: TestCity) -> None:
    mailed(city.users["leader"], "leader@example.org")
    client = as_(city)
    client.post(reverse("person-new"), FORM | {"mail": "", "effect_id": str(uuid4())})
    made = User.objects.get(username="new.worker")
    for name in ("auditor", "leader", "administrator", "worker"):
        assert "首个链接" not in words(as_(city, name).get(reverse("home")))
    for _ in range(2):
        shown_link(client, User.objects.get(id=made.id))
    assert set(Message.objects.filter(template="first_link_given").values_list("channel", flat=True)) == {"mail"}
    for name in ("auditor", "leader"):
        page = words(as_(city, name).get(reverse("home")))
        assert page.count("新账号的首个链接已当面转交") == 2  # once, and in the words of its button
        assert made.display_name in page
        assert city.users["administrator"].display_name in page
    for name in ("administrator", "worker"):
        assert "首个链接" not in words(as_(city, name).get(reverse("home")))


def test_with_mail_a_first_link_is_no_matter_for_oversight(city: TestCity) -> None:
    puppet(city)
    assert not OversightNotice.objects.exists()


def test_a_notice_stands_until_its_overseer_has_noted_it_and_nobody_else_can(city: TestCity) -> None:
    made = puppet(city)
    give(as_(city), made, "acceptance", STREET)
    assert OversightNotice.objects.count() == 3
    auditor, leader = as_(city, "auditor"), as_(city, "leader")
    assert "只经一人" in (page := words(auditor.get(reverse("home")))) or "一人" in page
    notice = OversightNotice.objects.get(overseer=city.users["auditor"])
    path = reverse("notice-note", args=[notice.id])
    assert leader.post(path, sent()).status_code == 404
    assert as_(city).post(path, sent()).status_code == 404
    for _ in range(2):
        assert auditor.post(path, sent())["Location"] == reverse("home")
    assert made.display_name not in words(auditor.get(reverse("home")))
    assert made.display_name in words(leader.get(reverse("home")))
    assert AuditRecord.objects.filter(action="oversight.note").count() == 1
    assert list(verify()) == []


def test_a_link_for_an_account_that_waits_for_a_right_is_told_as_well(city: TestCity) -> None:
    """Who asks for a right and hands a link over before it is agreed to would have the eyes once it is."""
    second_administrator(city, CITY, "city_centre")
    made = create_user(SYSTEM, username="p1", display_name="P1", unit=city.units["street_centre"], password=PASSWORD)
    assert shown_link(as_(city), made)
    assert not OversightNotice.objects.exists()
    assert give(as_(city), made, "acceptance", STREET)["Location"].endswith("?done=waits")
    assert shown_link(as_(city), made)
    assert set(OversightNotice.objects.values_list("kind", flat=True)) == {"password_link_given"}


def test_who_agrees_is_told_where_the_asker_made_the_account_or_its_link(city: TestCity) -> None:
    second = signed_in(Client(), second_administrator(city, CITY, "city_centre"))
    give(as_(city), city.users["worker"], "acceptance", STREET)
    assert "请先与" not in words(second.get(reverse("people")))
    give(as_(city), puppet(city), "acceptance", STREET)
    for page in (reverse("people"), reverse("person", args=[User.objects.get(username="new.worker").id])):
        assert words(second.get(page)).count("请先与") == 1
    shown_link(as_(city), city.users["worker"])
    assert words(second.get(reverse("people"))).count("请先与") == 2


def test_nobody_makes_a_link_for_oneself_a_peer_or_somebody_above(city: TestCity) -> None:
    peer = second_administrator(city, DISTRICT, "district_centre")
    for user in (city.users["administrator"], peer):
        assert as_(city).post(reverse("person-link", args=[user.id]), sent()).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_sets_the_password() -> None:
    city = build_city()
    link = shown_link(as_(city), city.users["worker"])
    together, told = threading.Barrier(2, timeout=30), []

    def use(password: str) -> None:
        try:
            together.wait()
            told.append(Client().post(link, {"password": password, "again": password}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"a-sentence-of-{one}",)) for one in ("mine", "yours")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [302, 404]


def test_control_a_password_that_changed_meanwhile_is_not_overwritten(city: TestCity) -> None:
    first, second = User.objects.get(username="worker"), User.objects.get(username="worker")
    set_password(SYSTEM, user=first, password="a-sentence-of-mine")
    with pytest.raises(PasswordChanged):
        set_password(SYSTEM, user=second, password="a-sentence-of-yours")
    assert check_sign_in("worker", "a-sentence-of-mine") is not None


def test_signing_out_everywhere_and_a_new_password_end_the_api_keys_unless_they_shall_stay(city: TestCity) -> None:
    worker = city.users["worker"]
    for keep, path, form in (
        (False, "sessions-end-all", {}),
        (True, "sessions-end-all", {}),
        (False, "password-change", {"present": PASSWORD, "password": PASSWORD, "again": PASSWORD}),
        (True, "password-change", {"present": PASSWORD, "password": PASSWORD, "again": PASSWORD}),
    ):
        _token, key = make_token(SYSTEM, user=worker, name="x")
        client = signed_in(Client(), User.objects.get(id=worker.id))
        assert client.post(reverse(path), sent(**form) | ({"keep_tokens": "yes"} if keep else {})).status_code == 302
        assert (access_by_token(key) is not None) is keep, (path, keep)


def test_every_api_key_ends(city: TestCity) -> None:
    worker = city.users["worker"]
    token, key = make_token(SYSTEM, user=worker, name="x")
    assert (token.expires_at - token.created_at).days == 90
    for days in (0, -1, 367, 3650):
        with pytest.raises(Refusal):
            make_token(SYSTEM, user=worker, name="x", days=days)
    with clock_at(token.expires_at):
        assert access_by_token(key) is None
    assert not ApiToken._meta.get_field("expires_at").null


def test_a_decision_is_one(city: TestCity) -> None:
    second = second_administrator(city, CITY, "city_centre")
    give(as_(city), city.users["worker"], "acceptance", STREET)
    waiting = PendingRight.objects.get()
    decide_right(access(second).actor(), pending_id=waiting.id, by=access(second), agree=False)
    with pytest.raises(Refusal):
        decide_right(access(second).actor(), pending_id=waiting.id, by=access(second), agree=True)
    assert not scopes_of(city.users["worker"].id).filter(role__code="acceptance").exists()


def ask_for(city: TestCity, people: int, *, start: int = 0) -> User:
    """New people for whom a right waits, asked for by the administrator; the last of them."""
    asked_by, made = city.users["administrator"], None
    for number in range(start, start + people):
        made = create_user(SYSTEM, username=f"n{number}", display_name=f"人员{number}", unit=city.units["roads"])
        PendingRight.objects.create(
            user=made, role=Role.objects.get(code="acceptance"), area=city.areas[STREET], asked_by=asked_by, asked_at=now()
        )  # fmt: skip
    assert made is not None
    return made


def test_what_waits_costs_as_many_statements_for_ten_rights_as_for_one(city: TestCity) -> None:
    theirs = signed_in(Client(), second_administrator(city, CITY, "city_centre"))

    def statements() -> int:
        theirs.get(reverse("people"))
        with CaptureQueriesContext(connection) as caught:
            page = words(theirs.get(reverse("people")))
        assert page.count('value="yes">同意') == PendingRight.objects.count()
        return len(caught)

    ask_for(city, 1)
    one = statements()
    ask_for(city, 9, start=1)
    assert statements() == one <= 13


def test_the_page_of_a_person_shows_their_own_right_however_many_wait_before_it(city: TestCity) -> None:
    last = ask_for(city, 52)
    theirs = signed_in(Client(), second_administrator(city, CITY, "city_centre"))
    page = words(theirs.get(reverse("person", args=[last.id])))
    assert page.count('value="yes">同意') == 1
    assert reverse("pending-decide", args=[last.id, PendingRight.objects.get(user=last).id]) in page

"""A staff list: accounts with unit and roles in words, invited as on the page, taken back by closing what nobody has used."""

from __future__ import annotations

import io
from typing import Any

from linli.core.access.public import Access, PendingRight, Scope, User
from linli.core.exchange.public import DeclaredSource, How, Report, bring_in, declaration_of, guessed, opened, take_back
from linli.core.platform.public import SYSTEM, ImportAsked, Message, now, verify
from tests.city import COMMUNITY, DISTRICT, STREET, TestCity

HEAD = "姓名,登录名,机构,角色,区域,电话,邮箱\n"
CHEN = "陈芳,Chen.Fang,柳荫社区居委会,网格员、社区工作者,柳荫社区,13800000001,chen@example.org"
LI = "李强,li.qiang,environment,处置人员,,,"


def take(rows: list[str], access: Access | None = None, **how: Any) -> Report:
    given, report = opened(io.BytesIO((HEAD + "\n".join(rows) + "\n").encode()), "people.csv"), Report()
    declared = declaration_of("people")
    source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=access, now=now()))
    bring_in(source, given, report, How(actor=access.actor() if access else SYSTEM, **how))
    return report


def rights(username: str) -> set[tuple[str, str, bool]]:
    held = Scope.objects.filter(user__username=username, valid_to__isnull=True)
    return {(one.role.code, one.area.code, one.unit_id is not None) for one in held.select_related("role", "area")}


def test_accounts_are_made_with_roles_in_words_and_who_has_mail_is_invited(city: TestCity) -> None:
    before = Message.objects.count()
    assert take([CHEN, LI]).added == 2
    assert rights("chen.fang") == {("grid_worker", COMMUNITY, False), ("community_officer", COMMUNITY, False)}
    assert rights("li.qiang") == {("handler", DISTRICT, True)}  # over what the own unit holds
    assert Message.objects.count() == before + 1
    assert not User.objects.get(username="chen.fang").has_usable_password()
    assert User.objects.get(username="chen.fang").phone == "13800000001"


def test_a_dry_run_makes_and_sends_nothing(city: TestCity) -> None:
    del city
    before = Message.objects.count()
    assert take([CHEN], dry_run=True).added == 1
    assert not User.objects.filter(username="chen.fang").exists()
    assert Message.objects.count() == before


def test_taking_back_closes_who_was_not_used_and_the_list_may_come_again(city: TestCity) -> None:
    del city
    report = take([CHEN, LI])
    User.objects.filter(username="li.qiang").update(last_login=now())
    done = take_back(report.import_id or 0)
    assert (done.rows, done.stay, done.why[0][0]) == (1, 1, "li.qiang")
    assert not User.objects.get(username="chen.fang").is_active
    assert rights("chen.fang") == set()
    assert take([CHEN, LI]).added == 1
    assert User.objects.get(username="chen.fang").is_active
    assert len(rights("chen.fang")) == 2


def test_what_cannot_be_is_named_and_nothing_is_made(city: TestCity) -> None:
    del city
    before = User.objects.count()
    rows = [
        "甲,a b,环卫所,,,,",
        "乙,b,没有的单位,,,,",
        "丙,c,环卫所,船长,,,",
        "丁,d,环卫所,,火星,,",
        "戊,e,环卫所,,,电话没有,",
        "己,f,环卫所,,,,no",
    ]
    report = take(rows)
    assert [one.column for one in report.errors] == ["登录名", "机构", "角色", "区域", "电话", "邮箱"]
    assert User.objects.count() == before
    taken = take(["别人,worker,环卫所,,,,"], dry_run=True)
    assert taken.faults.count == 1


def test_an_administrator_gives_by_list_what_they_may_give_by_hand(city: TestCity) -> None:
    by = city.access["administrator"]
    report = take(["钱某,qian,南山区中心,受理员,南山区,,"], access=by)
    assert report.faults.count == 1  # a unit of another district
    upwards = take(["孙某,sun,环卫所,管理员,临江区,,"], access=by, dry_run=True)
    assert upwards.faults.count == 1  # the right to hand on, on the own level
    take(["赵某,zhao,street_centre,受理员,望江街道,,"], access=by)
    given = rights("zhao") == {("acceptance", STREET, False)}
    waits = PendingRight.objects.filter(user__username="zhao", decided_at__isnull=True).exists()
    assert given != waits
    assert verify() == []

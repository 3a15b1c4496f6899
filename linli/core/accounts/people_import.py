"""People from a staff list: accounts with their unit and roles in words. Each is invited as on the page: by mail, or by a link handed over.

The engine is linli/core/exchange. Whoever brings the list in gives no right that they could not give on the page; what needs a second
person waits for one. Taking an import back closes the accounts that nobody has used; no account is deleted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from linli.core.access.public import (
    Role,
    Scope,
    Unit,
    User,
    area_named,
    close_account,
    create_user,
    end_scope,
    give_link,
    give_right,
    grant_scope,
    normal_name,
    reopen_account,
    role_plans,
    unit_named,
)
from linli.core.areas.public import Area
from linli.core.platform.public import (
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    Refusal,
    Work,
    in_words,
    listed,
)
from linli.lib.outside import whole_number
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone

PERMISSION = "access.delegate"
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")
BETWEEN = re.compile(r"[、,，;；/\s]+")
ROLE_WORDS = {
    "处置员": "handler",
    "处理人员": "handler",
    "社区干部": "community_officer",
    "系统管理员": "administrator",
    "领导": "leader",
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list, with the codes of their roles and the area over which they hold."""

    username: str
    name: str
    unit_id: int
    unit_area_id: int
    roles: tuple[str, ...]
    area_id: int
    phone: str
    mail: str


def person_row(cells: Mapping[str, Any], asked: ImportAsked) -> PersonRow:
    """A person out of typed cells. Raises BadCell."""
    del asked
    username = normal_name(cells["username"])
    if not NAME.fullmatch(username):
        raise BadCell("username", _("Use letters, digits, full stop, hyphen or underline."))
    unit = unit_named("unit", cells["unit"])
    area_id = area_named("area", cells["area"]).id if cells["area"] else unit.area_id
    try:
        phone = clean_phone(cells["phone"] or "")
    except PlainRefusal as refusal:
        raise BadCell("phone", in_words(refusal.sentence)) from None
    return PersonRow(
        username, cells["name"], unit.id, unit.area_id, _roles(cells["role"] or ""), area_id, phone, _mail(cells["mail"] or "")
    )  # fmt: skip


def _mail(words: str) -> str:
    try:
        if words:
            validate_email(words)
    except ValidationError:
        raise BadCell("mail", _("This is no mail address.")) from None
    return words


def _roles(words: str) -> tuple[str, ...]:
    """The codes of roles in words, in either language or by code."""
    known = {
        word.casefold(): role.code
        for role in Role.objects.filter(retired_at__isnull=True)
        for word in (role.code, role.name, *role.names.values())
    }
    found = []
    for word in _split(words, known):
        code = known.get(word.casefold()) or ROLE_WORDS.get(word)
        if code is None:
            shown = listed(role.title for role in Role.objects.filter(retired_at__isnull=True).order_by("id"))
            raise BadCell(
                "role", _("There is no role “%(word)s”; there are: %(roles)s.") % {"word": word[:40], "roles": shown}
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def _split(words: str, known: Mapping[str, str]) -> list[str]:
    """The words between separators; a title with spaces in it, such as “Grid worker”, is one."""
    parts = [one for one in re.split(r"[、,，;；/]+", words) if one.strip()]
    return [
        piece
        for one in parts
        for piece in ([one.strip()] if one.strip().casefold() in known else BETWEEN.split(one.strip()))
    ]


def keep_people(work: Work, rows: Sequence[PersonRow], asked: ImportAsked) -> list[Became]:
    """Makes the accounts that are not here, gives rights that are missing, and invites who is new and has a mail address. Raises Refusal."""
    from linli.core.accounts.pages.password_pages import link_to_fill  # pages are loaded after descriptors

    here = {
        user.username: user
        for user in User.objects.filter(username__in=[row.username for row in rows]).select_related("unit")
    }
    units = Unit.objects.in_bulk([row.unit_id for row in rows])
    areas = Area.objects.in_bulk([row.area_id for row in rows])
    roles = {role.code: role for role in Role.objects.filter(retired_at__isnull=True)}
    became = []
    for row in rows:
        user, unit = here.get(row.username), units[row.unit_id]
        fresh = user is None or not user.is_active
        if user is None:
            user = create_user(
                work.actor, username=row.username, display_name=row.name, unit=unit, phone=row.phone, mail=row.mail, by=asked.access
            )  # fmt: skip
        elif user.unit_id != row.unit_id or user.display_name != row.name:
            raise Refusal(_("The sign-in name %s is taken by somebody of another name or unit.") % row.username)
        elif fresh:
            reopen_account(work.actor, user=user, by=asked.access)
            user.is_active = True
        given = [_give(work, user, roles[code], areas[row.area_id], unit, asked) for code in row.roles]
        if fresh and user.mail:
            give_link(work.actor, user=user, by=asked.access, link=link_to_fill())
        scopes = ",".join(str(one) for one in given if one)
        became.append(Became(user.id, "added" if fresh else "changed" if scopes else "here", scopes[:200]))
    return became


def _give(work: Work, user: User, role: Role, area: Area, unit: Unit, asked: ImportAsked) -> int | None:
    """Gives a role, over what the own unit holds where it is about handling; the id of the scope that is new."""
    over = unit if "case.accept" in role.permissions else None
    same: dict[str, Any] = {"user": user, "role": role, "area": area, "unit": over}
    if Scope.objects.filter(**same, valid_to__isnull=True).exists():
        return None
    if asked.access is None:
        return int(grant_scope(work.actor, **same).id)
    give_right(work.actor, **same, by=asked.access)
    found = Scope.objects.filter(**same, valid_to__isnull=True).values_list("id", flat=True).first()
    return int(found) if found else None


def take_back_people(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Closes accounts that are new, ends rights that were given to others. An account that somebody has used stays, unless that is meant too."""
    users = User.objects.select_related("unit").in_bulk([one.subject_id for one in kept])
    stay: dict[int, str] = {}
    for one in kept:
        user = users[one.subject_id]
        try:
            if one.what == "added" and (user.last_login is None or asked.also_worked_on):
                close_account(work.actor, user=user, by=asked.access)
            elif one.what == "added":
                stay[user.id] = _("Somebody has signed in with this account since.")
            else:
                _end(work, one.before, asked)
        except Refusal as refusal:
            stay[user.id] = refusal.sentence
    return stay


def _end(work: Work, ids: str, asked: ImportAsked) -> None:
    given = [one for text in ids.split(",") if (one := whole_number(text)) is not None]
    for scope in Scope.objects.filter(id__in=given, valid_to__isnull=True).select_related(
        "user__unit", "role", "area", "unit"
    ):
        end_scope(work.actor, scope=scope, by=asked.access)


PEOPLE_LIST = Import(
    code="people",
    titles={"zh-hans": "人员名单", "en": "Staff list"},
    explained={
        "zh-hans": "每一行是一个人的账号：姓名、登录名、机构、角色、区域。有邮箱的人收到设置密码的链接，没有的由您转交链接。撤销导入会停用没有用过的账号。",
        "en": "Each row is an account: name, sign-in name, unit, roles, area. Who has a mail address gets a link to set a password, to others you "
        "hand one over. Taking the import back closes accounts that nobody has used.",
    },
    permission=PERMISSION,
    columns=(
        ImportColumn(
            code="name", titles={"zh-hans": "姓名", "en": "Name"}, required=True, most=80, aliases=("人员姓名", "名字", "显示名"), example="陈芳"
        ),
        ImportColumn(
            code="username", titles={"zh-hans": "登录名", "en": "Sign-in name"}, required=True, most=64,
            aliases=("账号", "用户名", "登录账号", "工号", "login"), example="chen.fang",
            explained={"zh-hans": "字母、数字、点、连字符", "en": "Letters, digits, full stop, hyphen"},
        ),
        ImportColumn(
            code="unit", titles={"zh-hans": "机构", "en": "Unit"}, required=True, most=120,
            aliases=("单位", "部门", "所在单位", "所属机构", "机构代码", "机构名称"), example="柳荫社区居委会",
            explained={"zh-hans": "机构的名称或代码", "en": "Its name or code"},
        ),
        ImportColumn(
            code="role", titles={"zh-hans": "角色", "en": "Role"}, most=200, aliases=("职责", "权限", "系统角色", "岗位角色"), example="网格员",
            explained={
                "zh-hans": "可以写几个，用顿号分开；处置人员的权限限于本机构承办的案卷",
                "en": "Several with a comma between; a handler's right is over what the own unit holds",
            },
            words=lambda: {code: dict(plan.titles) for code, (plan, _origin) in role_plans().items()},
        ),
        ImportColumn(
            code="area", titles={"zh-hans": "区域", "en": "Area"}, most=120, aliases=("区划", "所属区域", "负责区域", "区域代码", "辖区"), example="柳荫社区",
            explained={"zh-hans": "角色在哪里有效，写代码或名称；空着是机构所在区划", "en": "Where the role holds; empty: the area of the unit"},
        ),
        ImportColumn(code="phone", titles={"zh-hans": "电话", "en": "Phone"}, most=40, aliases=("手机", "手机号", "联系电话", "联系方式")),
        ImportColumn(code="mail", titles={"zh-hans": "邮箱", "en": "Mail"}, most=200, aliases=("电子邮箱", "邮件", "email", "e-mail")),
    ),
    row=person_row,
    reference=lambda row: row.username,
    keep=keep_people,
    take_back=take_back_people,
    area=lambda row: row.unit_area_id,
    updates=True,
)  # fmt: skip

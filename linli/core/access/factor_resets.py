"""A lost phone without recovery codes: an administrator takes the second factor away, with a second person where the account opens cases
that the administrator does not (docs/adr/0019-a-second-person.md).

Else whoever gives password links could sign in as anybody. Where nobody else could agree it is done at once and overseers are told.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.access.delegation import check_below, check_not_own_level
from linli.core.access.handing_on import Lines, Outcome
from linli.core.access.models import FactorReset, User
from linli.core.access.oversight import RESET_ALONE_TEMPLATE, tell_overseers
from linli.core.access.passwords import opens_more
from linli.core.access.second_factor import has_second_factor, remove_second_factor
from linli.core.access.selectors import Access, access_of, unit_tree, users_below
from linli.core.access.services import chain_of
from linli.core.platform.public import Actor, Refusal, write

RESET_WAITS_TEMPLATE = "second_factor_reset_waits"


def _area_of(user: User) -> int:
    """The area of somebody's unit; check_below has refused who has none."""
    return unit_tree().nodes[user.unit_id or 0].area_id


def ask_reset(actor: Actor, *, user: User, by: Access) -> Outcome:
    """Takes somebody's second factor away (`granted`, or `alone` where nobody could agree), or asks a second person (`waits`).

    Twice does nothing more. Raises Refusal for who is not below, for oneself, and where there is none.
    """
    _check(by, user)
    if not has_second_factor(user.id):
        raise Refusal(_("%s has no second factor.") % user.display_name, code="none")
    seconds = _seconds(by.user_id, user)
    with write(actor) as work:
        if not opens_more(by, user):
            remove_second_factor(actor, user=user, by_other=True)
            return "granted"
        if not seconds:
            remove_second_factor(actor, user=user, by_other=True)
            tell_overseers(work, RESET_ALONE_TEMPLATE, about=user, by=by, area_id=_area_of(user))
            return "alone"
        if not FactorReset.objects.filter(user=user, decided_at__isnull=True).exists():
            waiting = FactorReset.objects.create(user=user, asked_by_id=by.user_id, asked_at=work.now)
            work.audit(chain_of(user), "second_factor.ask_reset", "user", user.id, {})
            facts = {"name": user.display_name, "by": by.display_name}
            for one in seconds:
                if one.mail:
                    key = f"factor-reset:{waiting.id}:{one.id}"
                    work.send(
                        "mail", one.mail, RESET_WAITS_TEMPLATE, facts, key=key, language=one.language, user_id=one.id
                    )
    return "waits"


def decide_reset(actor: Actor, *, reset_id: int, by: Access, agree: bool) -> None:
    """Does a reset that waits, or drops it; who asked may drop it too. Raises Refusal when it waits no more, or `by` may not agree."""
    with write(actor) as work:
        rows = FactorReset.objects.filter(id=reset_id, decided_at__isnull=True)
        waiting = rows.select_related("user", "asked_by").first()
        if waiting is None or not waiting_resets(by).filter(id=reset_id).exists():
            raise Refusal(_("This reset waits no more; somebody decided already."), code="decided")
        if (agree or by.user_id != waiting.asked_by_id) and not all(may_agree_to_resets(by, [waiting])):
            raise Refusal(
                _("A second person agrees to this: somebody who did not ask for it, and whose own right does not come from who asked."),
                code="second_person",
            )  # fmt: skip
        if not rows.update(decided_at=work.now, decided_by_id=by.user_id, agreed=agree):
            raise Refusal(_("This reset waits no more; somebody decided already."), code="decided")
        did = "agree" if agree else "refuse"
        facts = {"asked_by": waiting.asked_by_id}
        work.audit(chain_of(waiting.user), f"second_factor.{did}_reset", "user", waiting.user_id, facts)
        if agree:
            remove_second_factor(actor, user=waiting.user, by_other=True)


def waiting_resets(access: Access) -> QuerySet[FactorReset]:
    """The resets that wait, of the people whom `access` administers, oldest first."""
    rows = FactorReset.objects.filter(decided_at__isnull=True, user__in=users_below(access), user__is_active=True)
    return rows.select_related("user__unit", "asked_by").order_by("id")


def may_agree_to_resets(by: Access, resets: Iterable[FactorReset]) -> list[bool]:
    """Whether `by` is a second person for each of these resets."""
    lines = Lines.read()
    return [_is_second(by, one.user, one.asked_by_id, lines) for one in resets]


def _seconds(asked_by: int, user: User) -> list[User]:
    lines, found = Lines.read(), []
    for one in User.objects.filter(id__in=lines.holders_over(_area_of(user)) - {asked_by, user.id}, is_active=True):
        access = access_of(one.id)
        if one.has_usable_password() and access is not None and _is_second(access[0], user, asked_by, lines):
            found.append(one)
    return found


def _is_second(by: Access, user: User, asked_by: int, lines: Lines) -> bool:
    try:
        _check(by, user)
    except Refusal:
        return False
    return lines.is_second(by.user_id, asked_by, _area_of(user))


def _check(by: Access, user: User) -> None:
    check_below(by, user)
    if user.id == by.user_id:
        raise Refusal(_("Take your own second factor away under “My account”."), code="own_rights")
    check_not_own_level(by, user)

"""The first accounts of a new city, and opening a locked one."""

from __future__ import annotations

import click

from linli.config.commands.language import spoken
from linli.lib.speech import group, option, password_option


@group(short_help="add an administrator, open a locked account")
def users() -> None:
    """Accounts. Everything but the first administrator is done in the pages."""


@users.command("add-administrator", short_help="add an administrator of the city")
@click.argument("username")
@option("--name", "display_name", required=True, help="the person's name")
@option("--mail", default="", help="address for password resets")
@password_option(prompt="Password", help="asked for when not given")
@spoken
def add_administrator(username: str, display_name: str, mail: str, password: str) -> None:
    """Adds an administrator of the whole city; import the areas first."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import Role, Unit, create_unit, create_user, grant_scope
    from linli.core.areas.public import Area, area_tree
    from linli.core.platform.public import SYSTEM

    root = area_tree().root()
    if root is None:
        raise click.ClickException(_("There are no areas yet; run `linli areas import` first."))
    area = Area.objects.get(id=root.id)
    unit = Unit.objects.filter(code="city-centre").first() or create_unit(
        SYSTEM,
        code="city-centre",
        kind="centre",
        area=area,
        name=f"{area.name}运行管理中心",
        names={"en": "City centre"},
    )
    user = create_user(SYSTEM, username=username, display_name=display_name, unit=unit, password=password, mail=mail)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=area)
    click.echo(_("%(account)s administers %(area)s.") % {"account": username, "area": area.name})


@users.command("link", short_help="make a link with which somebody sets their password")
@click.argument("username", nargs=-1)
@spoken
def link_for(username: tuple[str, ...]) -> None:
    """Prints sign-in name, name and a link for each USERNAME, without one for every account that has neither password nor mail address.
    Each works once, for three days; hand it to the person alone.
    """
    from django.utils.translation import gettext as _

    from linli.core.access.public import User, give_link, normal_name, without_password
    from linli.core.accounts.pages.password_pages import link_to_fill
    from linli.core.platform.public import SYSTEM

    rows = User.objects.filter(is_active=True).order_by("username")
    if username:
        wanted = {normal_name(one) for one in username}
        found = list(rows.filter(username__in=wanted))
        if missing := wanted - {one.username for one in found}:
            raise click.ClickException(_("There is no account %s.") % min(missing))
    else:
        found = [one for one in without_password(rows) if not one.mail]
    for one in found:
        link = give_link(SYSTEM, user=one, by=None, link=link_to_fill())
        click.echo(f"{one.username}\t{one.display_name}\t{link or _('sent by mail')}")


@users.command("unlock", short_help="open a locked account")
@click.argument("username")
@spoken
def unlock_user(username: str) -> None:
    """Opens an account that wrong passwords locked."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import User, unlock
    from linli.core.platform.public import SYSTEM

    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        raise click.ClickException(_("There is no account %s.") % username)
    unlock(SYSTEM, user=user)
    click.echo(_("%s may sign in again.") % username)


@users.command("remove-second-factor", short_help="take a lost second factor away")
@click.argument("username")
@spoken
def remove_factor(username: str) -> None:
    """Takes the second factor of an account away, when phone and recovery codes are lost and no administrator can do it."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import User, normal_name, remove_second_factor
    from linli.core.platform.public import SYSTEM

    user = User.objects.filter(username=normal_name(username)).first()
    if user is None:
        raise click.ClickException(_("There is no account %s.") % username)
    if not remove_second_factor(SYSTEM, user=user, by_other=True):
        raise click.ClickException(_("%s has no second factor.") % username)
    click.echo(_("%s signs in by password alone now.") % username)

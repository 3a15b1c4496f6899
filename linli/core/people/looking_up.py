"""Finding somebody inside a service by their whole number, for who says what for: each look-up is counted and on record, and whoever was
found reads it on the page of their own. What is shown is masked; `revealing.py` opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.people.models import Person, ServiceLink
from linli.core.people.register import service_of, services
from linli.core.people.revealing import DAY_MOST, HOUR_MOST, Item, looked_at
from linli.core.people.selectors import Masked, look_up
from linli.core.people.services import parse_values
from linli.core.platform.public import Actor, BadInput, NotAllowed, PersonService, TooMany, allow, write

LOOK_UP = "look_up"


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who was found: masked, with since when and where they are in the service, and whether it has ended for them."""

    masked: Masked
    area_id: int
    since: datetime
    ended: bool


def looked_up_services() -> list[PersonService]:
    """The services whose people stand as `Person`, so that they can be looked up."""
    return [one for one in services().values() if one.holder == Person._meta.label]


def numbers_of(service: PersonService) -> list[str]:
    """By which of its values somebody in a service is found."""
    return [name for name, _class in service.fields if name in Person.indexed]


def look_up_for(actor: Actor, access: Access, *, service: str, name: str, text: str, purpose: str) -> list[FoundPerson]:
    """Who is in a service, in an area where `access` holds its permission, under exactly this number. Twice: two look-ups.

    Raises NotAllowed, BadInput for a purpose that the service does not have and for what is no whole number, TooMany above as many an
    hour or a day as looks: whoever tries number after number is stopped also where nobody is found.
    """
    known = service_of(service)
    if not access.may(known.permission):
        raise NotAllowed(_("Your role does not include seeing who this is."))
    if purpose not in known.purposes:
        raise BadInput(_("Say for what you need it: choose one of the purposes."), field="purpose")
    if name not in numbers_of(known):
        raise BadInput(_("Choose by what you look the person up."), field="by")
    value = parse_values(known, {name: text}).get(name, "")
    if not value:
        raise BadInput(_("Type the whole number or address."), field=name)
    _refuse_many(access)
    with write(actor) as work:
        found = look_up(access, service=service, name=name, text=value)
        areas = access.areas_with(known.permission)
        rows = ServiceLink.objects.filter(service=service, area_id__in=areas, person_id__in=[one.id for one in found])
        links = {link.person_id: link for link in rows.select_related("person").order_by("id")}  # the newest of each
        for link in links.values():
            item = Item(LOOK_UP, link.person_id, link.area_id)
            looked_at(work, access, [(link.person, ())], service=service, purpose=purpose, item=item)
        facts = {"by": name, "purpose": purpose, "found": len(links)}
        work.audit("platform", known.permission, LOOK_UP, service, facts)
    return [
        FoundPerson(one, links[one.id].area_id, links[one.id].since, links[one.id].ended_at is not None)
        for one in found
        if one.id in links
    ]


def _refuse_many(access: Access) -> None:
    who = str(access.user_id)
    an_hour = allow("people look-up", who, HOUR_MOST, timedelta(hours=1))
    if not (an_hour and allow("people look-up day", who, DAY_MOST, timedelta(days=1))):
        raise TooMany(_("You have looked up many people in a short time. Go on later."), retry_after_s=3600)

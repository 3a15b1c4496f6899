"""Units, users, roles, scopes, tokens and sign-in sessions: who may do what, where. The gate that applies them is in selectors.py."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import Area
from linli.core.platform.public import BlindIndexField, Personal, SealedField

MAIL_PURPOSE = "staff_mail"  # of the seal and of the index by which an account is found by its address


class UnitKind(models.TextChoices):
    """What a unit is in the city's order; the matrix of returns is written in these words."""

    CENTRE = "centre", _("Centre")  # files, dispatches, verifies: city, district or street centre
    DEPARTMENT = "department", _("Department")
    COMMUNITY_OFFICE = "community_office", _("Community office")
    GRID_TEAM = "grid_team", _("Grid team")
    GROUP = "group", _("Residents' group")


class Unit(models.Model):
    """One office that can hold a case: a centre, a department or one of its branches, a community office.

    Departments have a tree of their own (`parent`), apart from the area tree; `area` is the ground the unit serves.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    taken: ClassVar = {"code": _("A unit with this code exists already; choose another code.")}
    impersonal: ClassVar = {"code", "name", "names", "valid_from", "valid_to"}

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return str(self.names.get(get_language() or "", self.name))


class UnitChange(models.Model):
    """One change of a unit: what it was and what it became. The newest of a unit can be undone, as long as the unit is still as it left it.

    `before` and `after` hold name, names, kind, parent_id, area_id and whether it was in force; `before` is empty for a unit that was made. The name
    that a unit bore on a day is read from here.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField()

    impersonal: ClassVar = {"at", "before", "after"}

    class Meta:
        db_table = "access_unit_change"


def normal_name(username: str) -> str:
    """A sign-in name as it is kept: in small letters, without blanks around it."""
    return username.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with, in any case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=normal_name(username or ""))


class User(AbstractBaseUser):
    """One person of the staff with an account. Residents need none."""

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="users")
    phone = SealedField(purpose="staff_phone", blank=True, default="")
    mail = SealedField(purpose=MAIL_PURPOSE, blank=True, default="")
    mail_index = BlindIndexField(of="mail")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to sign out everywhere
    created_at = models.DateTimeField()

    objects = UserManager()
    USERNAME_FIELD = "username"

    personal: ClassVar = {
        "username": Personal(purpose="sign in", data_class="general", keep_days=None),
        "display_name": Personal(
            purpose="show colleagues and residents who acts", data_class="general", keep_days=None
        ),
        "phone": Personal(purpose="reach a worker on duty", data_class="important", keep_days=None),
        "mail": Personal(purpose="password reset, notices", data_class="important", keep_days=None),
        "last_login": Personal(
            purpose="show the user when the account was last used", data_class="general", keep_days=None
        ),
    }
    taken: ClassVar = {"username": _("This sign-in name is taken; choose another.")}
    impersonal: ClassVar = {"password", "mail_index", "language", "created_at"}

    def __str__(self) -> str:
        return self.display_name


class Role(models.Model):
    """A named bundle of permissions. Rows come from the core and the installed subsystems (`origin`) or from the office."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict, blank=True)
    permissions = models.JSONField(default=list)
    origin = models.CharField(max_length=40, default="city")
    retired_at = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"code", "name", "names", "permissions", "origin", "retired_at"}

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return str(self.names.get(get_language() or "", self.name))


class Scope(models.Model):
    """A user holds a role over an area subtree, or over a unit subtree (`unit` given: what that unit holds), for a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="scopes")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    taken: ClassVar = {"role": _("This person holds the right already.")}
    impersonal: ClassVar = {"valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "area", "unit"],
                condition=models.Q(valid_to__isnull=True, unit__isnull=False),
                name="unit_scope_once_in_force",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=models.Q(valid_to__isnull=True, unit__isnull=True),
                name="area_scope_once_in_force",
            ),
        ]


class PendingRight(models.Model):
    """A right that waits for a second person, since who wants to give it does not hold it; it opens nothing yet.

    Agreed to, it becomes a Scope. Apart from Scope, so that no look at scopes can take it for one in force.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    impersonal: ClassVar = {"asked_at", "decided_at"}

    class Meta:
        db_table = "access_pending_right"
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(decided_at__isnull=True), name="pending_right_open")
        ]


class OversightNotice(models.Model):
    """What one overseer shall know of: a right given by one person alone, a password link that was handed over.

    A letter goes out besides where the overseer has a mail address; the notice stands on the home page until it is noted.
    Names and titles are looked up when it is shown, so none is kept here.
    """

    overseer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    about = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"kind", "at", "noted_at"}

    class Meta:
        db_table = "access_oversight_notice"
        indexes: ClassVar = [
            models.Index(fields=["overseer"], condition=models.Q(noted_at__isnull=True), name="oversight_notice_open")
        ]


class ApiToken(models.Model):
    """A key for the API, shown once when it is made; only its digest is kept. It acts with its user's scopes."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"digest", "name", "created_at", "expires_at", "revoked_at"}


class TotpSecret(models.Model):
    """What an authenticator app of somebody and linli both know: the person has a second factor as long as this row is there.

    `last_step` is the newest 30-second step whose code was used: no code of it or of one before is taken again.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    secret = SealedField(purpose="totp_secret")
    last_step = models.BigIntegerField()
    made_at = models.DateTimeField()

    taken: ClassVar = {"user": _("An authenticator app is set up already.")}
    personal: ClassVar = {
        "secret": Personal(
            purpose="compute the code that the person's phone shows", data_class="important", keep_days=None
        )
    }
    impersonal: ClassVar = {"made_at"}

    class Meta:
        db_table = "access_totp"


class RecoveryCode(models.Model):
    """One of ten codes that each open the second step of sign-in once; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"digest", "made_at", "used_at"}

    class Meta:
        db_table = "access_recovery_code"


class Passkey(models.Model):
    """A key pair on somebody's device, of which linli keeps the public half (`credential`: what the device attested, in base64url).

    `counter` is what the device counted at its last answer, `asked_at` when that was asked: no question of then or before is answered again.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    credential = models.TextField()
    counter = models.BigIntegerField()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    taken: ClassVar = {"credential_id": _("This passkey is kept already.")}
    personal: ClassVar = {"name": Personal(purpose="tell one's passkeys apart", data_class="general", keep_days=None)}
    impersonal: ClassVar = {"credential_id", "credential", "asked_at", "made_at", "used_at"}

    class Meta:
        db_table = "access_passkey"


class FactorRule(models.Model):
    """From an instant on whoever holds a role must have a second factor, `grace_days` after the rule or the right began, whichever is later."""

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    grace_days = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    taken: ClassVar = {"role": _("There is a rule for this role already.")}
    impersonal: ClassVar = {"valid_from", "valid_to"}

    class Meta:
        db_table = "access_factor_rule"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(valid_to__isnull=True), name="factor_rule_once_in_force"
            )
        ]


class FactorReset(models.Model):
    """Somebody's second factor shall be taken away, since their phone is lost; it waits for a second person and changes nothing yet."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    taken: ClassVar = {"user": _("A reset waits for a second person already.")}
    impersonal: ClassVar = {"asked_at", "decided_at"}

    class Meta:
        db_table = "access_factor_reset"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(decided_at__isnull=True), name="factor_reset_once_open"
            )
        ]


class Session(AbstractBaseSession):
    """A signed-in browser, so that a user can see and end their own."""

    user_id = models.BigIntegerField(null=True, db_index=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    origin = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=120, blank=True)

    personal: ClassVar = {
        "origin": Personal(
            purpose="show the user from where they are signed in",
            data_class="general",
            keep_days=30,
            erase="row",
            since="expire_date",
        ),
        "device": Personal(
            purpose="show the user on which device they are signed in",
            data_class="general",
            keep_days=30,
            erase="row",
            since="expire_date",
        ),
    }
    impersonal: ClassVar = {"session_key", "session_data", "expire_date", "started_at", "seen_at"}

    @classmethod
    def get_session_store_class(cls) -> type:
        from linli.core.access.session_store import SessionStore  # the store imports this model

        return SessionStore


class StandIn(models.Model):
    """Somebody stands in for a colleague from one day to another, both included (代理): what waits for the colleague by name waits for
    them as well. It gives no permission.

    `source_flow` and `source_id` name the item that made it, such as a leave; without one a person did. `ended_at` is when it was
    taken back before its time.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    source_flow = models.CharField(max_length=16, blank=True)
    source_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = {
        "last_day": Personal(
            purpose="show who acted for whom, and why they could", data_class="general", keep_days=1095, since="last_day", erase="row"
        )
    }  # fmt: skip
    impersonal: ClassVar = {"first_day", "source_flow", "ended_at"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["last_day"], name="stand_in_last_day"),
            models.Index(fields=["source_flow", "source_id"], name="stand_in_source"),
        ]

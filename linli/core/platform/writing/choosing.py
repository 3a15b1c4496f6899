"""Settings that a city chooses itself: which value holds, and choosing another one.

A descriptor declares each as a `Setting` with its default; the page of settings (web.workbench) shows and changes them.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from linli.core.platform.models import ChosenSetting
from linli.core.platform.plug.parts import Setting
from linli.core.platform.plug.register import title_in
from linli.core.platform.saying.refusals import BadInput, cleaned
from linli.core.platform.writing.actor import Actor
from linli.core.platform.writing.versions import Versioned, bump
from linli.core.platform.writing.work import write
from linli.lib.outside import whole_number

T = TypeVar("T", bool, int, str)
STAMP = "settings"


def _load() -> dict[str, Any]:
    return dict(ChosenSetting.objects.values_list("code", "value"))


_chosen: Versioned[dict[str, Any]] = Versioned(_load, STAMP)


def value_of(setting: Setting[T]) -> T:
    """The value that holds: what was chosen, else the default. From memory, at most a second old.

    What was chosen before the limits of the setting became narrower, and is outside them now, gives way to the default.
    """
    chosen = _chosen.get().get(setting.code, setting.default)
    return chosen if setting.allows(chosen) else setting.default


def is_chosen(setting: Setting[Any]) -> bool:
    """Whether somebody chose a value, be it that of the default."""
    return setting.code in _chosen.get()


def typed_value(setting: Setting[T], words: str) -> T:
    """What a form sent for a setting, as a value of its type. Raises BadInput that names the setting and what it takes."""
    value: object = words.strip()
    if isinstance(setting.default, bool):
        value = value == "on"
    elif isinstance(setting.default, int):
        value = whole_number(words.strip())
    elif setting.is_line:
        value = cleaned(setting.code, words.strip(), max_chars=setting.most or 0, lines=False)
    if not setting.allows(value):
        raise BadInput(_fault(setting), field=setting.code)
    return value  # type: ignore[return-value]  # `allows` holds the type


def choose(actor: Actor, setting: Setting[T], value: T) -> bool:
    """Makes `value` hold from now on, with a record in the trail; False, and nothing done, when it is what holds already.

    Raises BadInput for a value that the setting does not allow. Other processes see it within a second.
    """
    if not setting.allows(value):
        raise BadInput(_fault(setting), field=setting.code)
    with write(actor) as work:
        before = value_of(setting)
        if before == value and is_chosen(setting):
            return False
        ChosenSetting.objects.update_or_create(code=setting.code, defaults={"value": value, "chosen_at": work.now})
        bump(STAMP)
        work.audit("platform", "setting.choose", "setting", setting.code, {"before": before, "value": value})
    return True


def choose_default(actor: Actor, setting: Setting[Any]) -> bool:
    """Forgets what was chosen, so that the default of the code holds; False when nobody had chosen. Twice does it once."""
    with write(actor) as work:
        before = value_of(setting)
        gone, _rows = ChosenSetting.objects.filter(code=setting.code).delete()
        if gone:
            bump(STAMP)
            work.audit("platform", "setting.default", "setting", setting.code, {"before": before})
    return bool(gone)


def _fault(setting: Setting[Any]) -> str:
    title = title_in(setting.titles)
    if isinstance(setting.default, int):
        limits = {"title": title, "least": setting.least, "most": setting.most}
        return _("%(title)s: give a whole number from %(least)s to %(most)s.") % limits
    if setting.is_line:
        return _("%(title)s: write digits, such as 12345 or 0571-8712 3456.") % {"title": title}
    return _("%(title)s: choose one of those offered.") % {"title": title}

"""The door of the catalogue: categories and their limits, the work calendar, which unit handles what."""

from linli.core.catalogue.announcement import AnnouncedDay, parse_announcement
from linli.core.catalogue.choosing import CategoryChoice, CategoryGroup, choices_for, names_any, offered
from linli.core.catalogue.deadlines import (
    CALENDAR_CHANGED,
    LIMITS_CHANGED,
    enter_announced_year,
    keep_stage_limit,
    set_calendar_day,
    set_office_hours,
)
from linli.core.catalogue.models import Category, CategoryKind, LimitUnit
from linli.core.catalogue.selectors import (
    Catalogue,
    CategoryNode,
    ConditionNode,
    catalogue,
    next_opening,
    parse_category,
)
from linli.core.catalogue.services import (
    NATIONAL,
    CategoryRow,
    ConditionPlan,
    add_rule,
    keep_learned,
    load_categories,
    set_up_catalogue,
)
from linli.core.catalogue.suggesting import find_categories, named_and_guessed, suggest_categories
from linli.core.catalogue.words import limit_words

__all__ = [
    "CALENDAR_CHANGED",
    "LIMITS_CHANGED",
    "NATIONAL",
    "AnnouncedDay",
    "Catalogue",
    "Category",
    "CategoryChoice",
    "CategoryGroup",
    "CategoryKind",
    "CategoryNode",
    "CategoryRow",
    "ConditionNode",
    "ConditionPlan",
    "LimitUnit",
    "add_rule",
    "catalogue",
    "choices_for",
    "enter_announced_year",
    "find_categories",
    "keep_learned",
    "keep_stage_limit",
    "limit_words",
    "load_categories",
    "named_and_guessed",
    "names_any",
    "next_opening",
    "offered",
    "parse_announcement",
    "parse_category",
    "set_calendar_day",
    "set_office_hours",
    "set_up_catalogue",
    "suggest_categories",
]

"""The door of the desk: what every page of the staff does. docs/desk.md shows how a form and a list are declared."""

from linli.core.desk import marks
from linli.core.desk.assets import AssetError, asset_url, built_url, entry
from linli.core.desk.choosers import AreaField, CategoryField, Chooser, GridField, Offer, PersonField, UnitField
from linli.core.desk.door import answer_once, content_of, do_once, posted_from, within_limit
from linli.core.desk.fields import (
    DayField,
    LineField,
    PhoneField,
    PhotosField,
    Place,
    PlaceField,
    PlaceInput,
    WordsField,
)
from linli.core.desk.filters import (
    AreaFilter,
    Asked,
    Choice,
    ChoiceFilter,
    ChooserFilter,
    DaysFilter,
    Filter,
    GridFilter,
    OwnFilter,
    PersonFilter,
    SwitchFilter,
    UnitFilter,
    WordsFilter,
    looked_for_in,
)
from linli.core.desk.forms import DeskForm
from linli.core.desk.keyset import Sort
from linli.core.desk.list_pages import list_page, list_urls, more_of
from linli.core.desk.lists import Bulk, Column, Empty, List, Page, cell_text, new_button
from linli.core.desk.models import SavedView
from linli.core.desk.printing import CannotPrint, pdf, pdf_answer
from linli.core.desk.routes import list_route
from linli.core.desk.saved_views import save_view, views_of

__all__ = [
    "AreaField",
    "AreaFilter",
    "Asked",
    "AssetError",
    "Bulk",
    "CannotPrint",
    "CategoryField",
    "Choice",
    "ChoiceFilter",
    "Chooser",
    "ChooserFilter",
    "Column",
    "DayField",
    "DaysFilter",
    "DeskForm",
    "Empty",
    "Filter",
    "GridField",
    "GridFilter",
    "LineField",
    "List",
    "Offer",
    "OwnFilter",
    "Page",
    "PersonField",
    "PersonFilter",
    "PhoneField",
    "PhotosField",
    "Place",
    "PlaceField",
    "PlaceInput",
    "SavedView",
    "Sort",
    "SwitchFilter",
    "UnitField",
    "UnitFilter",
    "WordsField",
    "WordsFilter",
    "answer_once",
    "asset_url",
    "built_url",
    "cell_text",
    "content_of",
    "do_once",
    "entry",
    "list_page",
    "list_route",
    "list_urls",
    "looked_for_in",
    "marks",
    "more_of",
    "new_button",
    "pdf",
    "pdf_answer",
    "posted_from",
    "save_view",
    "views_of",
    "within_limit",
]

"""The door of the desk: what every page of the staff does. docs/desk.md shows how a form and a list are declared."""

from linli.core.desk import marks
from linli.core.desk.addresses import page_at
from linli.core.desk.assets import AssetError, asset_url, built_url, entry
from linli.core.desk.bell import LongWork, long_work, long_works, tell_ended, when_ended
from linli.core.desk.choice_words import choice_words
from linli.core.desk.choosers import (
    AreaField,
    CategoryField,
    Chooser,
    GridField,
    ManyChooser,
    Offer,
    PeopleField,
    PersonField,
    UnitField,
)
from linli.core.desk.columns import column_of, facts_of, person_column
from linli.core.desk.door import answer_once, content_of, do_once, posted_from, within_limit
from linli.core.desk.export import csv_answer, take_out
from linli.core.desk.exports import work_off_exports
from linli.core.desk.fields import (
    AmountField,
    DayField,
    LineField,
    MomentField,
    PhoneField,
    PhotosField,
    Place,
    PlaceField,
    PlaceInput,
    WordsField,
    YuanField,
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
    ValueFilter,
    WordsFilter,
    looked_for_in,
)
from linli.core.desk.forms import DeskForm, Sent
from linli.core.desk.keyset import Sort
from linli.core.desk.list_pages import bulk_of, list_at, list_page, list_urls, more_of
from linli.core.desk.lists import Bulk, Column, Empty, List, Page, cell_text, new_button, with_people
from linli.core.desk.models import SavedView
from linli.core.desk.printing import CannotPrint, pdf, pdf_answer
from linli.core.desk.routes import list_route
from linli.core.desk.rows import RowsField
from linli.core.desk.saved_views import save_view, views_of
from linli.core.desk.sent import FormRefused, body_of, judged, sent_of, told_of
from linli.core.desk.spans import SpansField, spans_of

__all__ = [
    "AmountField",
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
    "FormRefused",
    "GridField",
    "GridFilter",
    "LineField",
    "List",
    "LongWork",
    "ManyChooser",
    "MomentField",
    "Offer",
    "OwnFilter",
    "Page",
    "PeopleField",
    "PersonField",
    "PersonFilter",
    "PhoneField",
    "PhotosField",
    "Place",
    "PlaceField",
    "PlaceInput",
    "RowsField",
    "SavedView",
    "Sent",
    "Sort",
    "SpansField",
    "SwitchFilter",
    "UnitField",
    "UnitFilter",
    "ValueFilter",
    "WordsField",
    "WordsFilter",
    "YuanField",
    "answer_once",
    "asset_url",
    "body_of",
    "built_url",
    "bulk_of",
    "cell_text",
    "choice_words",
    "column_of",
    "content_of",
    "csv_answer",
    "do_once",
    "entry",
    "facts_of",
    "judged",
    "list_at",
    "list_page",
    "list_route",
    "list_urls",
    "long_work",
    "long_works",
    "looked_for_in",
    "marks",
    "more_of",
    "new_button",
    "page_at",
    "pdf",
    "pdf_answer",
    "person_column",
    "posted_from",
    "save_view",
    "sent_of",
    "spans_of",
    "take_out",
    "tell_ended",
    "told_of",
    "views_of",
    "when_ended",
    "with_people",
    "within_limit",
    "work_off_exports",
]

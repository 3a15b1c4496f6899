"""What the frames around pages need: menu, place, search, language, light or dark; in templates it is called `frame`.

This module knows only cookies and the path. Who knows users and addresses registers a function with `fill_frames_with`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise

THEMES = ("auto", "light", "dark")
TYPE_SIZES = ("plain", "large")
RAIL_ITEMS = 8  # what the rail holds: the first of the person's menu
BAR_ITEMS = 4  # what the bottom bar of a phone holds
MADE = "linli_frame"  # in the `__dict__` of a request


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu: `icon` is a name in frontend/src/icons.svg, `count` stands beside the label.

    `in_bar` is False for what gives its place in the bottom bar of a phone to the entries after it; `also` are addresses whose pages
    belong to the entry as those below its own do.
    """

    label: str | Promise
    url: str
    icon: str
    count: int | None = None
    in_bar: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class MenuSection:
    """A part of the menu under its title."""

    title: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True)
class Menu:
    """The menu as a page shows it: a value, so that it is drawn once for all who have the same (`{% kept … %}`)."""

    sections: tuple[MenuSection, ...] = ()  # the whole menu, in the order of the person's role
    current_url: str = ""  # the entry that the page belongs to
    home_url: str = "/"

    @cached_property
    def items(self) -> list[MenuItem]:
        """All entries in their order; under "All" they stand by section, whatever the rail shows."""
        return [item for section in self.sections for item in section.items]

    @cached_property
    def rail(self) -> list[MenuItem]:
        """What stands in the rail of a wide screen: the first of the menu."""
        return self.items[:RAIL_ITEMS]

    @cached_property
    def bar(self) -> list[MenuItem]:
        """What stands in the bottom bar of a phone: the first of the rail, without those that give their place away."""
        return [item for item in self.rail if item.in_bar][:BAR_ITEMS]

    @property
    def is_beyond_rail(self) -> bool:
        """Whether the page belongs to an entry that stands under "All" only, which is marked then."""
        return self._lies_beyond(self.rail)

    @property
    def is_beyond_bar(self) -> bool:
        """Whether on a phone it belongs to an entry that stands under "All" only."""
        return self._lies_beyond(self.bar)

    def _lies_beyond(self, shown: list[MenuItem]) -> bool:
        return bool(self.current_url) and self.current_url not in [item.url for item in shown]


def menu_at(path: str, sections: tuple[MenuSection, ...], home_url: str = "/") -> Menu:
    """The menu on the page of an address. It belongs to the entry of which an address is the longest beginning of the path."""
    urls = {url: item.url for section in sections for item in section.items for url in (item.url, *item.also)}
    fitting = [url for url in urls if url == path or (url != "/" and path.startswith(url))]
    return Menu(sections, urls[max(fitting, key=len)] if fitting else "", home_url)


@dataclass(frozen=True)
class Guide:
    """What a demo puts above every page and below the sign-in form: two templates, and what both show as `guide`."""

    above: str
    at_sign_in: str
    content: Mapping[str, object]


@dataclass(frozen=True)
class Alarm:
    """Something that stands still until somebody acts: a sentence above the page, and where to look."""

    words: str
    url: str = ""
    link: str | Promise = ""


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page. `me` is the signed-in person's name, empty for nobody."""

    path: str = "/"
    theme: str = "auto"
    type_size: str = "plain"
    home_url: str = "/"
    menu: Menu = Menu()
    place: str | Promise = ""
    place_url: str = ""
    city: Callable[[], str | Promise] = str  # asked for by pages of residents only
    contact: Callable[[], object] = tuple  # office and hotline; as city
    search_url: str = ""
    search_words: str = ""
    search_on: str = ""  # "map": the answers lead to places on the map of this page
    notices_url: str = ""
    notices_count: int = 0
    alarms: Sequence[Alarm] = ()
    me: str = ""
    my_role: str | Promise = ""
    my_url: str = ""
    sign_out_url: str = ""
    language_url: str = "/language/"
    guide: Guide | None = None


# Who knows users and addresses (config) puts a function here that fills the rest of the frame for a request.
_fillers: list[Callable[[HttpRequest, Frame], Frame]] = []


def fill_frames_with(filler: Callable[[HttpRequest, Frame], Frame]) -> None:
    """Registers a function that completes the frame of each request; call it in AppConfig.ready(). Twice is once."""
    if filler not in _fillers:
        _fillers.append(filler)


def display_of(request: HttpRequest) -> Frame:
    """A bare frame with what the browser's cookies say about light, dark and type size."""
    theme = request.COOKIES.get("linli_theme", "")
    type_size = request.COOKIES.get("linli_type", "")
    return Frame(
        path=request.path,
        theme=theme if theme in THEMES else "auto",
        type_size=type_size if type_size in TYPE_SIZES else "plain",
    )


def frame_of(request: HttpRequest) -> Frame:
    """The frame around this request's page."""
    made = display_of(request)
    for filler in _fillers:
        made = filler(request, made)
    return made


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: `frame` in every template; made once for each request, however many templates draw parts of its page."""
    made: Frame | None = request.__dict__.get(MADE)
    if made is None:
        made = request.__dict__[MADE] = frame_of(request)
    return {"frame": made}

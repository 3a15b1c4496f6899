"""A signed-in browser for tests of pages, without the sign-in page."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.city import TestCity


def signed_in(city: TestCity, who: str, language: str = "zh-hans") -> Client:
    """A client with the session of a person of the test city."""
    client = Client(headers={"accept-language": language})
    user = city.users[who]
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session["epoch"] = str(user.id), user.session_epoch
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client

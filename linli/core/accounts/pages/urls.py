"""Addresses of the pages of accounts; linli/config/urls.py mounts them."""

from __future__ import annotations

from django.urls import path

from linli.core.accounts.pages import account_page as account
from linli.core.accounts.pages import passkey_pages as passkeys
from linli.core.accounts.pages import people_pages as people
from linli.core.accounts.pages.password_pages import forgotten_page, new_password_page
from linli.core.accounts.pages.people_list import PEOPLE
from linli.core.accounts.pages.second_factor_page import end_second_factor, new_recovery_codes_page, second_factor_page
from linli.core.accounts.pages.second_step_page import sign_in_door
from linli.core.accounts.pages.sign_in_page import sign_out
from linli.core.accounts.pages.unit_pages import unit_urls
from linli.core.desk.public import list_urls

account_urls = [
    path("sign-in/", sign_in_door, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("password/forgotten/", forgotten_page, name="password-forgotten"),
    path("password/new/<str:uid>/<str:token>/", new_password_page, name="password-new"),
    path("me/", account.account_page, name="account"),
    path("me/sessions/end/", account.end_one_session, name="session-end"),
    path("me/sessions/end-all/", account.end_all_sessions, name="sessions-end-all"),
    path("me/password/", account.change_password, name="password-change"),
    path("me/tokens/", account.create_token, name="token-create"),
    path("me/tokens/<int:token_id>/revoke/", account.revoke_one_token, name="token-revoke"),
    path("me/language/", account.change_language, name="language-change"),
    path("me/second-factor/", second_factor_page, name="second-factor"),
    path("me/second-factor/codes/", new_recovery_codes_page, name="recovery-codes"),
    path("me/second-factor/end/", end_second_factor, name="second-factor-end"),
    path("me/passkeys/", passkeys.passkeys_page, name="passkeys"),
    path("me/passkeys/make/", passkeys.make_page, name="passkey-make"),
    path("me/passkeys/remove/", passkeys.remove_page, name="passkey-remove"),
    path("me/passkeys/codes/", passkeys.codes_page, name="passkey-codes"),
    path("me/notices/<int:notice_id>/", account.note_notice, name="notice-note"),
    *unit_urls,
    *list_urls(PEOPLE, "people/"),
    path("people/new/", people.new_person_page, name="person-new"),
    path("people/<int:user_id>/", people.person_page, name="person"),
    path("people/<int:user_id>/unlock/", people.unlock_person, name="person-unlock"),
    path("people/<int:user_id>/close/", people.close_person, name="person-close"),
    path("people/<int:user_id>/scopes/", people.give_scope, name="scope-give"),
    path("people/<int:user_id>/link/", people.link_for_person, name="person-link"),
    path("people/<int:user_id>/second-factor/", people.reset_factor, name="factor-reset"),
    path("people/<int:user_id>/second-factor/<int:reset_id>/", people.decide_factor_reset, name="factor-reset-decide"),
    path("people/<int:user_id>/pending/<int:pending_id>/", people.decide_pending, name="pending-decide"),
    path("people/<int:user_id>/scopes/<int:scope_id>/end/", people.take_scope, name="scope-end"),
]

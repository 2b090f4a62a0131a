"""Messages in the language of the request.

WTForms brings catalogues for its own messages; those of this package are in :mod:`.messages`.
"""

from __future__ import annotations

import functools
import gettext
import os
import re

from wtforms.i18n import messages_path

from ..ctx import has_request_context
from ..globals import current_app, request
from .messages import MESSAGES

_is_tag = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}\Z").match
#: Subtags of Chinese that ask for traditional characters.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


class RequestTranslations:
    """Translate when a message is needed, into what the client reads best.

    ``WTF_LOCALE``, a language tag or a function that returns one, decides instead of
    ``Accept-Language``.
    """

    def gettext(self, string: str) -> str:
        locale = current_locale()
        own = MESSAGES.get(locale, {}).get(string)
        return _catalogue(locale).gettext(string) if own is None else own

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _catalogue(current_locale()).ngettext(singular, plural, n)


#: Shared by all forms, for it holds nothing.
translations = RequestTranslations()


def current_locale() -> str:
    """Return the name of the catalogue for the current request: ``zh``, ``pt``, ``en``."""
    if not has_request_context():
        return "en"
    wanted = current_app.config.get("WTF_LOCALE")
    if callable(wanted):
        wanted = current_app.ensure_sync(wanted)()
    tags = request.accept_languages.values() if wanted is None else [str(wanted)]
    return next(filter(None, map(find_locale, tags)), "en")


def find_locale(tag: str) -> str | None:
    """Return the catalogue that suits a language tag best, None when there is none."""
    if not _is_tag(tag):
        return None
    language, *rest = re.split("[-_]", tag.lower())
    if language == "zh":
        is_traditional = "hans" not in rest and not _TRADITIONAL.isdisjoint(rest)
        return "zh_TW" if is_traditional else "zh"
    known = _locales()
    names = [f"{language}_{part.upper()}" for part in rest] + [language]
    return next((name for name in names if name in known), _regional(language))


def _regional(language: str) -> str | None:
    """Return the catalogue of a language that exists for one region only."""
    return next((name for name in sorted(_locales()) if name.startswith(f"{language}_")), None)


@functools.cache
def _locales() -> frozenset[str]:
    return frozenset(entry.name for entry in os.scandir(messages_path()) if entry.is_dir())


@functools.cache  # of the locales there are
def _catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("wtforms", messages_path(), [locale], fallback=True)

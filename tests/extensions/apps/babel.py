"""Flask-Babel: locales and zones by request, formats, translations from a catalogue, filters."""

from __future__ import annotations

import datetime
import pathlib
import tempfile

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string, request
from flask_babel import (
    Babel,
    force_locale,
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_locale,
    get_timezone,
    gettext,
    lazy_gettext,
    ngettext,
    refresh,
)

FOLDER = tempfile.TemporaryDirectory()
catalog = Catalog(locale="de")
catalog.add("Hello %(name)s!", "Hallo %(name)s!")
catalog.add(("%(num)d apple", "%(num)d apples"), ("%(num)d Apfel", "%(num)d Äpfel"))
path = pathlib.Path(FOLDER.name, "translations", "de", "LC_MESSAGES", "messages.mo")
path.parent.mkdir(parents=True)
with path.open("wb") as file:
    write_mo(file, catalog)

app = Flask(__name__, root_path=FOLDER.name, instance_path=FOLDER.name)
NOON = datetime.datetime(2020, 7, 2, 12, 0)
LAZY = lazy_gettext("Hello %(name)s!", name="lazy")


def choose_locale():
    return request.args.get("lang") or request.accept_languages.best_match(["de", "fr", "en"])


babel = Babel(app, locale_selector=choose_locale, timezone_selector=lambda: request.args.get("tz"))


@app.route("/")
def index():
    return {
        "locale": str(get_locale()),
        "zone": str(get_timezone()),
        "date": format_date(NOON),
        "moment": format_datetime(NOON),
        "number": format_decimal(1234.5),
        "money": format_currency(9.99, "EUR"),
        "span": format_timedelta(datetime.timedelta(days=3)),
        "text": gettext("Hello %(name)s!", name="Jo"),
        "one": ngettext("%(num)d apple", "%(num)d apples", 1),
        "many": ngettext("%(num)d apple", "%(num)d apples", 3),
        "lazy": str(LAZY),
    }


@app.route("/template")
def template():
    return render_template_string(
        "{{ _('Hello %(name)s!', name='<b>') }} {{ noon|dateformat('full') }}"
        " {{ noon|timeformat }} {{ 5|numberformat }}"
        " {% trans name='x' %}Hello {{ name }}!{% endtrans %}",
        noon=NOON,
    )


@app.route("/forced")
def forced():
    before = str(get_locale())
    with force_locale("fr"):
        inside = f"{get_locale()} {format_date(NOON)}"
    refresh()
    return f"{before} | {inside} | {get_locale()}"


@app.route("/list")
def known():
    return [str(locale) for locale in babel.list_translations()]


REQUESTS = [
    {"path": "/"},
    {"path": "/?lang=de"},
    {"path": "/?lang=fr&tz=Asia/Tokyo"},
    {"path": "/", "headers": {"Accept-Language": "de-CH, de;q=0.9, en;q=0.5"}},
    {"path": "/?tz=Nowhere/At-all"},
    {"path": "/template"},
    {"path": "/template?lang=de&tz=Europe/Berlin"},
    {"path": "/forced?lang=de"},
    {"path": "/list"},
]

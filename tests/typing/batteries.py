from __future__ import annotations

import typing as t

from wtforms import StringField

from erlen import Erlen
from erlen.assets import UrlManager
from erlen.forms import CSRFProtect, Form
from erlen.logging import RequestLog, request_id

app = Erlen(__name__)
csrf = CSRFProtect(app)
urls = UrlManager(app)
RequestLog(app)


class NameForm(Form):
    name = StringField()


@app.post("/name")
@csrf.exempt
def name() -> dict[str, str]:
    form = NameForm()
    t.assert_type(form.validate_on_submit(), bool)
    t.assert_type(form.name, StringField)
    return {"name": form.name.data or ""}


t.assert_type(name(), dict[str, str])
t.assert_type(urls.build_static_url("/x"), str)
t.assert_type(request_id(), "str | None")

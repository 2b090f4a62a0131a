from __future__ import annotations

import typing as t

from wtforms import StringField

from erlen import Erlen
from erlen.assets import UrlManager
from erlen.check import Finding, Level, check_app
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


@app.check
def mail_server() -> t.Iterator[Finding]:
    yield Finding("mail", "error", "MAIL_SERVER", "It is not set.", "Set it.")


@app.check(deploy=True)
async def mail_is_sent() -> list[Finding] | None:
    return None


t.assert_type(list(mail_server()), list[Finding])
t.assert_type(check_app(app, deploy=True)[0].level, Level)
app.check(lambda finding: None)  # type: ignore[type-var]
Finding("mail", "fatal", "", "", "")  # type: ignore[arg-type]

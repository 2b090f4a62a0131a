"""A shop with faults that `erlen check` finds before its customers do."""

from __future__ import annotations

import typing as t

from erlen import Erlen, current_app, render_template
from erlen.check import Finding

app = Erlen(__name__)
app.config["SECRET_KEY"] = "corner-shop"
app.config["SESION_COOKIE_SECURE"] = True
app.config["MAIL_SERVER"] = "localhost"


@app.get("/")
def home() -> str:
    return render_template("home.html")


@app.get("/<page>")
def page(page: str) -> str:
    return page


@app.get("/<string(length=2):language>")
def language(language: str) -> str:
    return language


@app.get("/goods")
def goods() -> str:
    return render_template("godos.html")


# [start: own]
@app.check(deploy=True)
def mail_leaves_the_machine() -> t.Iterator[Finding]:
    if current_app.config["MAIL_SERVER"] == "localhost":
        yield Finding(
            id="mail-stays-here",
            level="warning",
            place="MAIL_SERVER",
            reason="Orders are confirmed by mail, and this machine does not send any on.",
            mend="Set MAIL_SERVER to the provider's.",
        )


# [end: own]

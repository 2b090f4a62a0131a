"""The test client and the contexts."""

from __future__ import annotations

from typing import assert_type

from werkzeug.test import TestResponse

from erlen import Erlen
from erlen.ctx import AppContext, RequestContext
from erlen.testing import ErlenClient

app = Erlen(__name__)

assert_type(app.test_client(), ErlenClient)
assert_type(app.app_context(), AppContext)
assert_type(app.test_request_context("/"), RequestContext)

with app.test_client() as client:
    assert_type(client, ErlenClient)
    assert_type(client.get("/"), TestResponse)
    with client.session_transaction() as kept:
        kept["user"] = 1

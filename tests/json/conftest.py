from __future__ import annotations

import collections.abc as cabc

import pytest

from erlen import Erlen


@pytest.fixture
def app() -> Erlen:
    return Erlen(__name__)


@pytest.fixture
def app_ctx(app: Erlen) -> cabc.Iterator[None]:
    with app.app_context():
        yield

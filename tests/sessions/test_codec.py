"""The codec for the default settings, held against itsdangerous and against Flask."""

from __future__ import annotations

import collections.abc as cabc
import time
import typing as t
import zlib
from unittest.mock import patch

import pytest
from flask.json.tag import TaggedJSONSerializer as FlasksTaggedJSON
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadData, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from erlen import Erlen
from erlen.json.tag import TaggedJSONSerializer
from erlen.sessions import codec
from erlen.sessions.codec import CookieCodec, SignedCodec, cookie_codec
from tests.sessions.strategies import SESSIONS

JSON = TaggedJSONSerializer()
MONTH = 31 * 24 * 3600
KEYS = st.text(min_size=1, max_size=90) | st.binary(min_size=1, max_size=90)


@pytest.fixture(autouse=True, scope="module", params=["by bytes", "by the library"])
def way(request: pytest.FixtureRequest) -> cabc.Iterator[None]:
    with patch.object(codec, "_COMPILED", request.param == "by bytes"):
        yield


def flasks(*keys: str | bytes, salt: str = "cookie-session") -> URLSafeTimedSerializer:
    """Return the serializer that Flask makes; the last key is the current one."""
    return URLSafeTimedSerializer(
        t.cast("list[str]", list(keys)),
        salt=salt,
        serializer=FlasksTaggedJSON(),
        signer_kwargs={"key_derivation": "hmac"},
    )


def ours(*keys: str | bytes, salt: str = "cookie-session") -> CookieCodec:
    return cookie_codec(keys[-1], keys[:-1], salt, JSON)


def what_flask_reads(text: str, *keys: str | bytes) -> t.Any:
    try:
        return flasks(*keys).loads(text, max_age=MONTH)
    except BadData:
        return None


@given(SESSIONS, KEYS, st.text(min_size=1, max_size=20), st.integers(0, 2**50))
def test_writes_the_bytes_that_flask_writes(
    data: dict[str, t.Any], key: str | bytes, salt: str, now: int
) -> None:
    with patch("time.time", return_value=now + 0.5):
        flasks_text = flasks(key, salt=salt).dumps(data)
        compressed_although_short = flasks_text[0] == "." and len(JSON.dumps(data)) < 32
        if not compressed_although_short:
            assert ours(key, salt=salt).write(data) == flasks_text


@given(SESSIONS, KEYS)
def test_each_reads_what_the_other_wrote(data: dict[str, t.Any], key: str | bytes) -> None:
    assert ours(key).read(flasks(key).dumps(data), MONTH) == data
    assert flasks(key).loads(ours(key).write(data), max_age=MONTH) == data


@given(SESSIONS, st.data())
def test_a_changed_text_is_taken_exactly_when_flask_takes_it(
    data: dict[str, t.Any], draw: st.DataObject
) -> None:
    text = changed(flasks("key").dumps(data), draw)
    assert ours("key").read(text, MONTH) == what_flask_reads(text, "key")


def changed(text: str, draw: st.DataObject) -> str:
    at = draw.draw(st.integers(0, len(text)))
    upto = draw.draw(st.integers(at, min(len(text), at + 3)))
    put = draw.draw(st.text("AZaz09-_.=+/ !é", max_size=3))
    return text[:at] + put + text[upto:]


@given(SESSIONS, st.integers(0, 400))
def test_a_cut_text_is_none_of_ours(data: dict[str, t.Any], length: int) -> None:
    text = flasks("key").dumps(data)
    cut = text[: min(length, len(text) - 2)]
    assert ours("key").read(cut, MONTH) is None


@given(st.text(max_size=60) | st.text("ab.=", max_size=20))
def test_any_other_text_is_none_of_ours(text: str) -> None:
    assert ours("key").read(text, MONTH) is None


def test_a_text_that_is_no_unicode_is_none_of_ours() -> None:
    assert ours("key").read("\ud800.a.b", MONTH) is None
    assert SignedCodec(flasks("key")).read("\ud800.a.b", MONTH) is None


@pytest.mark.parametrize("age, taken", [(0, True), (100, True), (101, False), (-1, False)])
def test_a_text_lives_as_long_as_its_age_allows(age: int, taken: bool) -> None:
    now = time.time()
    for one in (ours("key"), SignedCodec(flasks("key"))):
        with patch("time.time", return_value=now - age):
            text = one.write({"a": 1})
        with patch("time.time", return_value=now):
            assert one.read(text, 100) == ({"a": 1} if taken else None)


def test_another_key_or_salt_does_not_fit() -> None:
    text = ours("key").write({"a": 1})
    assert ours("other").read(text, MONTH) is None
    assert ours("key", salt="other").read(text, MONTH) is None


def test_former_keys_verify_and_the_current_one_signs() -> None:
    rotated = ours("oldest", "old", "current")
    for key in ("oldest", "old", "current"):
        assert rotated.read(flasks(key).dumps({"a": 1}), MONTH) == {"a": 1}
    assert rotated.read(flasks("unknown").dumps({"a": 1}), MONTH) is None
    assert flasks("current").loads(rotated.write({"a": 1})) == {"a": 1}


def sign(payload: bytes, stamp: bytes | None = None) -> str:
    """Sign any payload rightly, as somebody who has the key could."""
    signer = flasks("key").make_signer()
    if stamp is None:
        return signer.sign(payload).decode()
    signed = payload + b"." + stamp
    return (signed + b"." + signer.get_signature(signed)).decode()


@pytest.mark.parametrize(
    "text",
    [
        sign(b"not base64 of JSON"),
        sign(b"bnVsbA"),  # null
        sign(b"eyJhIjox"),  # {"a":1
        sign(b"A"),
        sign(b""),
        sign(b"."),
        sign(b".eyJhIjoxfQ"),  # marked as compressed, and is not
        sign(b"gIA"),  # no UTF-8
        sign(b"eyIgdSI6Im5vIHV1aWQifQ"),  # {" u":"no uuid"}
        sign(b"eyJhIjoxfQ", b""),
        sign(b"eyJhIjoxfQ", b"A"),
        sign(b"eyJhIjoxfQ", b"____________"),
        sign(b"eyJhIjoxfQ", b"______________________"),
        sign(flasks("key").dump_payload("[" * 5000)[:-3]),
    ],
)
def test_a_right_signature_on_nonsense_is_no_session(text: str) -> None:
    for one in (ours("key"), SignedCodec(flasks("key"))):
        assert one.read(text, MONTH) is None


NOW = int(time.time())


@pytest.mark.parametrize(
    "text, taken",
    [
        (sign(b"eyJhIjoxfQ=="), True),
        (sign(b"eyJh IjoxfQ  "), True),
        (sign(b"eyJh IjoxfQ"), False),
        (sign(b"eyJhIjoxfQ") + "=", True),
        (sign(b"eyJhIjoxfQ", base64_encode(NOW.to_bytes(4, "big")) + b"=="), True),
        (sign(b"eyJhIjoxfQ", base64_encode(NOW.to_bytes(8, "big"))), True),
        (sign(b"eyJhIjoxfQ", base64_encode(NOW.to_bytes(9, "big"))), False),
    ],
)
def test_base64_may_be_written_as_flask_takes_it(text: str, taken: bool) -> None:
    assert ours("key").read(text, MONTH) == ({"a": 1} if taken else None)
    assert what_flask_reads(text, "key") == ({"a": 1} if taken else None)


def test_a_payload_nested_too_deep_is_no_session() -> None:
    text = sign(b"." + flasks("key").dump_payload(["x"])[:0] + _packed(b"[" * 90_000))
    assert ours("key").read(text, MONTH) is None


def _packed(json: bytes) -> bytes:
    return base64_encode(zlib.compress(json))


def test_a_value_that_cannot_be_written_is_named() -> None:
    for one in (ours("key"), SignedCodec(flasks("key"))):
        with pytest.raises(TypeError, match="not JSON serializable") as caught:
            one.write({"user": 7, "cart": [object()]})
        [note] = caught.value.__notes__
        assert note.startswith("It is in session['cart']. A session in a cookie keeps")


def test_keys_that_cannot_be_sorted_are_the_fault_of_none(app: Erlen) -> None:
    data: t.Any = {1: "a", "b": 2}
    with app.app_context(), pytest.raises(TypeError, match="'<' not supported") as caught:
        ours("key").write(data)
    assert not hasattr(caught.value, "__notes__")


def test_the_same_settings_share_one_codec() -> None:
    assert ours("key") is ours("key")
    assert ours("key") is not ours(b"key")
    assert ours("old", "key") is not ours("key")


def test_the_codec_knows_a_weak_key() -> None:
    assert (
        ours("dev").weakness
        == SignedCodec(flasks("dev")).weakness
        == ("it has only 3 bytes, 16 are the least")
    )
    assert ours("a strong key, not among the known").weakness is None

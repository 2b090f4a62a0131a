"""Tokens that whoever has read a page of the session can send, and nobody else."""

from __future__ import annotations

import hmac
import secrets
import typing as t

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from wtforms import ValidationError

from ..globals import current_app, g, session


def generate_csrf(secret_key: t.Any = None, token_key: str | None = None) -> str:
    """Return the token that a form or a script sends along: the same one within a request.

    Its secret is kept in the session, under the name of the token's field.

    :param secret_key: signs the token; ``WTF_CSRF_SECRET_KEY``, else ``SECRET_KEY``.
    :param token_key: the field's name; ``WTF_CSRF_FIELD_NAME``, else ``csrf_token``.
    """
    serializer = _serializer(secret_key)
    name = _field_name(token_key)
    secret = session.get(name)
    if not isinstance(secret, str):
        secret = session[name] = secrets.token_hex(20)
        g.pop(name, None)  # signed for a session that was cleared meanwhile
    if name not in g:
        setattr(g, name, serializer.dumps(_mask(secret)))
    return t.cast(str, g.get(name))


def validate_csrf(
    data: str | None,
    secret_key: t.Any = None,
    time_limit: int | None = None,
    token_key: str | None = None,
) -> None:
    """Check a token; ``ValidationError`` says what is wrong with it.

    :param time_limit: its age in seconds at most; by default ``WTF_CSRF_TIME_LIMIT``, else an
        hour. Where that is None, any age will do.
    """
    serializer = _serializer(secret_key)
    name = _field_name(token_key)
    if time_limit is None:
        time_limit = current_app.config.get("WTF_CSRF_TIME_LIMIT", 3600)
    if not data:
        raise ValidationError("The CSRF token is missing.")
    secret = session.get(name)
    if not isinstance(secret, str):
        raise ValidationError("The CSRF session token is missing.")
    try:
        token = serializer.loads(data, max_age=time_limit)
    except SignatureExpired as exc:
        raise ValidationError("The CSRF token has expired.") from exc
    except BadData as exc:
        raise ValidationError("The CSRF token is invalid.") from exc
    if not hmac.compare_digest(secret.encode(), _unmask(token)):
        raise ValidationError("The CSRF tokens do not match.")


#: What a masked secret begins with; Flask-WTF's tokens, which have it plain, begin otherwise.
_MASKED = "~"


def _mask(secret: str) -> str:
    """Return *secret* so that it looks different each time.

    A page that is compressed would tell by its length, were the token the same in each answer
    (the attack called BREACH).
    """
    plain = secret.encode()
    mask = secrets.token_bytes(len(plain))
    return f"{_MASKED}{mask.hex()}{_xor(plain, mask).hex()}"


def _unmask(token: t.Any) -> bytes:
    """Return the secret in what a token held; nothing for what no token of ours holds."""
    if not isinstance(token, str):
        return b""
    if not token.startswith(_MASKED):
        return token.encode()
    try:
        both = bytes.fromhex(token.removeprefix(_MASKED))
    except ValueError:
        return b""
    half = len(both) // 2
    return _xor(both[:half], both[half:])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _serializer(key: t.Any) -> URLSafeTimedSerializer:
    key = key or current_app.config.get("WTF_CSRF_SECRET_KEY")
    if key:
        keys = [key]
    elif current_app.secret_key:
        keys = [*(current_app.config["SECRET_KEY_FALLBACKS"] or ()), current_app.secret_key]
    else:
        raise RuntimeError(
            "A secret key is required to use CSRF. Set one before the first form is made:"
            " app.secret_key = ..., made with 'python -c \"import secrets;"
            " print(secrets.token_hex())\"'."
        )
    return URLSafeTimedSerializer(keys, salt="wtf-csrf-token")  # the last one signs


def _field_name(name: str | None) -> str:
    name = name or current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    if not name:
        raise RuntimeError("A field name is required to use CSRF: set WTF_CSRF_FIELD_NAME.")
    return name

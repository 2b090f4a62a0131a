"""The settings that all stores have in common, checked when the application is set up."""

from __future__ import annotations

import typing as t

from .ids import LEAST_BYTES

if t.TYPE_CHECKING:
    from ..config import Config


def check_settings(config: Config) -> None:
    """Refuse what cannot be honoured, with a sentence that says why and what to do."""
    length = config.get("SESSION_ID_LENGTH", LEAST_BYTES)
    if not isinstance(length, int) or length < LEAST_BYTES:
        raise ValueError(
            f"SESSION_ID_LENGTH is {length!r}: an id has at least {LEAST_BYTES} random bytes, so"
            " that it cannot be guessed. Remove the setting; old, shorter ids remain valid."
        )
    on_error = config.get("SESSION_ON_STORE_ERROR", "fail")
    if on_error not in ("fail", "readonly"):
        raise ValueError(f"SESSION_ON_STORE_ERROR is {on_error!r}; it can be 'fail' or 'readonly'.")
    timeout = config.get("SESSION_STORE_TIMEOUT", 0.5)
    if not isinstance(timeout, (int, float)) or not timeout > 0:
        raise ValueError(
            f"SESSION_STORE_TIMEOUT is {timeout!r}; it is a number of seconds above 0. Without a"
            " limit a store that hangs would stop the whole site."
        )


def read_policy(config: Config) -> dict[str, t.Any]:
    """Return what the session interface is to be told."""
    return {
        "permanent": config.get("SESSION_PERMANENT", True),
        "id_length": config.get("SESSION_ID_LENGTH", LEAST_BYTES),
        "signs": config.get("SESSION_USE_SIGNER", False),
        "max_size": config.get("SESSION_MAX_SIZE", 2**20),
        "readonly": config.get("SESSION_ON_STORE_ERROR", "fail") == "readonly",
    }

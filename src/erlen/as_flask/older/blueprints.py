"""What a blueprint had."""

from __future__ import annotations

from erlen.blueprints import Blueprint

from .encoders import EncoderClass

_NAMES = ("json_encoder", "json_decoder")


def attach() -> None:
    """Let blueprints have JSON classes of their own; a second call changes nothing."""
    for name in _NAMES:
        if name not in vars(Blueprint):
            setattr(Blueprint, name, EncoderClass(name, None))

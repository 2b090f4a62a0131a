"""What several checks look at, read once."""

from __future__ import annotations

import typing as t
from functools import cached_property

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .code import Code
    from .templates import TemplateSource


class Survey:
    """An application that is being looked over."""

    def __init__(self, app: Erlen, deploy: bool = False) -> None:
        self.app = app
        self.deploy = deploy

    @cached_property
    def code(self) -> Code:
        from .code import read_code

        return read_code(self.app)

    @cached_property
    def templates(self) -> list[TemplateSource]:
        from .templates import read_templates

        return read_templates(self.app)

"""Run an application's commands in tests."""

from __future__ import annotations

import typing as t

from click.testing import CliRunner, Result

from .script import ScriptInfo

if t.TYPE_CHECKING:
    from ..app import Erlen


class ErlenCliRunner(CliRunner):
    """A :class:`click.testing.CliRunner` whose commands find the application under test."""

    def __init__(self, app: Erlen, **kwargs: t.Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def invoke(  # type: ignore[override]
        self, cli: t.Any = None, args: t.Any = None, **kwargs: t.Any
    ) -> Result:
        """Run ``cli``, by default the application's own commands, with ``args``.

        ``obj`` is a :class:`ScriptInfo` that knows the application, unless one is given.
        """
        kwargs.setdefault("obj", ScriptInfo(create_app=lambda: self.app))
        return super().invoke(self.app.cli if cli is None else cli, args, **kwargs)


#: Flask's name for it.
FlaskCliRunner = ErlenCliRunner

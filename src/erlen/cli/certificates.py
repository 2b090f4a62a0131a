"""The ``--cert`` and ``--key`` options."""

from __future__ import annotations

import typing as t

import click

if t.TYPE_CHECKING:
    ParamType = click.ParamType[t.Any]
else:
    ParamType = click.ParamType  # generic from click 8.4 on


class CertParamType(ParamType):
    """A certificate: an existing file, ``adhoc``, or the import name of an ``SSLContext``."""

    name = "path"

    def __init__(self) -> None:
        self.path_type = click.Path(exists=True, dir_okay=False, resolve_path=True)

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        try:
            import ssl
        except ImportError:
            raise click.BadParameter(
                'Using "--cert" requires Python to be compiled with SSL support.', ctx, param
            ) from None

        try:
            return self.path_type(value, param, ctx)
        except click.BadParameter:
            name = str(value)

            if name.lower() == "adhoc":
                return _adhoc(param, ctx)

            from werkzeug.utils import import_string

            found = import_string(name, silent=True)

            if isinstance(found, ssl.SSLContext):
                return found

            raise


def _adhoc(param: click.Parameter | None, ctx: click.Context | None) -> str:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise click.BadParameter(
            "Using ad-hoc certificates requires the cryptography library: pip install cryptography",
            ctx,
            param,
        ) from None

    return "adhoc"


def _validate_key(ctx: click.Context, param: click.Parameter, value: t.Any) -> t.Any:
    """Check ``--key`` against ``--cert``, and join the two files to one ``cert`` parameter."""
    cert = ctx.params.get("cert")
    is_file = isinstance(cert, str) and cert != "adhoc"

    if value is None:
        if is_file:
            raise click.BadParameter('Required when using "--cert".', ctx, param)
    elif not cert:
        raise click.BadParameter('"--cert" must also be specified.', ctx, param)
    elif not is_file:
        what = '"adhoc"' if cert == "adhoc" else "an SSLContext object"
        raise click.BadParameter(f'When "--cert" is {what}, "--key" is not used.', ctx, param)
    else:
        ctx.params["cert"] = cert, value

    return value

from __future__ import annotations

import ssl
import sys
import types

import click
import pytest

from erlen.cli import run_command

FILE = __file__


def cert(*args: str) -> object:
    return run_command.make_context("run", [*args]).params["cert"]


@pytest.mark.parametrize("args", [("--cert", FILE, "--key", FILE), ("--key", FILE, "--cert", FILE)])
def test_certificate_and_key_in_either_order(args: tuple[str, ...]) -> None:
    assert cert(*args) == (FILE, FILE)


@pytest.mark.parametrize(
    "args,complaint",
    [
        (("--cert", FILE), 'Required when using "--cert"'),
        (("--key", FILE), '"--cert" must also be specified'),
        (("--cert", "no-such-file"), "does not exist"),
        (("--cert", "adhoc", "--key", FILE), '"--cert" is "adhoc", "--key" is not used'),
        (("--cert", "tls_of_test", "--key", FILE), "an SSLContext object"),
        (("--cert", "sys"), "does not exist"),
    ],
)
def test_what_does_not_go_together(
    args: tuple[str, ...], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))
    monkeypatch.setitem(sys.modules, "tls_of_test", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    with pytest.raises(click.BadParameter, match=complaint):
        cert(*args)


def test_adhoc_needs_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)

    with pytest.raises(click.BadParameter, match="pip install cryptography"):
        cert("--cert", "adhoc")

    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))
    assert cert("--cert", "adhoc") == "adhoc"


def test_an_ssl_context_by_its_import_name(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    module = types.ModuleType("Tls_Of_Test")
    vars(module)["context"] = context
    monkeypatch.setitem(sys.modules, "Tls_Of_Test", module)
    assert cert("--cert", "Tls_Of_Test:context") is context


def test_python_without_ssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ssl", None)

    with pytest.raises(click.BadParameter, match="compiled with SSL support"):
        cert("--cert", FILE)

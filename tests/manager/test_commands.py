from __future__ import annotations

import pathlib
import sys
import types
import typing as t

import pytest

from erlen import Erlen
from erlen.manager import Clean, InvalidCommand, Manager, Server, Shell, ShowUrls

from .conftest import Line


@pytest.fixture
def served(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, t.Any]]:
    calls: list[dict[str, t.Any]] = []
    monkeypatch.setattr(app, "run", lambda **options: calls.append(options))
    return calls


USUAL = {
    "host": "127.0.0.1",
    "port": 5000,
    "debug": None,
    "threaded": True,
    "processes": 1,
    "passthrough_errors": False,
}


@pytest.mark.parametrize(
    "words,changed",
    [
        ("", {}),
        ("-h 0.0.0.0 -p 8001", {"host": "0.0.0.0", "port": 8001}),
        ("-d", {"debug": True, "use_debugger": True}),
        ("--no-debug --reload", {"debug": False, "use_debugger": False, "use_reloader": True}),
        ("-d -R", {"debug": True, "use_debugger": True, "use_reloader": False}),
        ("--processes 2", {"processes": 2, "threaded": False}),
        ("--threaded --passthrough-errors", {"passthrough_errors": True}),
        ("--ssl-crt a --ssl-key b", {"ssl_context": ("a", "b")}),
        ("--ssl-crt a", {}),
    ],
)
def test_runserver(
    manager: Manager,
    line: Line,
    served: list[dict[str, t.Any]],
    words: str,
    changed: dict[str, t.Any],
) -> None:
    line(manager, f"runserver {words}")
    assert served == [{**USUAL, **changed}], line.errors


def test_a_server_with_other_defaults(
    manager: Manager, line: Line, served: list[dict[str, t.Any]]
) -> None:
    server = Server("0.0.0.0", 9000, use_debugger=True, threaded=False, exclude_patterns=["x"])
    manager.add_command("runserver", server)
    line(manager, "runserver")
    decided = {"debug": True, "use_debugger": True, "use_reloader": True, "threaded": False}
    changed = {"host": "0.0.0.0", "port": 9000, "exclude_patterns": ["x"], **decided}
    assert served == [{**USUAL, **changed}]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], None]:
    """Let lines be typed into the shell."""

    def type_lines(text: str) -> None:
        lines = iter(text.splitlines())

        def read(prompt: str = "") -> str:
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    monkeypatch.delattr("sys.__interactivehook__", raising=False)
    for name in ("IPython", "bpython", "ptpython", "ptpython.ipython", "ptpython.repl"):
        monkeypatch.setitem(sys.modules, name, None)
    return type_lines


def test_the_shell_knows_the_application(
    manager: Manager, line: Line, typed: t.Callable[[str], None]
) -> None:
    typed("print(app.name, request.path)")
    manager.app.shell_context_processor(lambda: {"request": __import__("erlen").request})
    assert line(manager, "shell") == "shop /\n"


@pytest.mark.parametrize("wants_app", [False, True])
def test_the_names_of_the_shell_can_be_given(
    manager: Manager, line: Line, typed: t.Callable[[str], None], wants_app: bool
) -> None:
    def names() -> dict[str, object]:
        return {"answer": 42}

    def names_with_app(app: Erlen) -> dict[str, object]:
        return {"answer": app.name}

    manager.shell(names_with_app if wants_app else names)
    typed("print(answer)")
    assert line(manager, "shell") == ("shop\n" if wants_app else "42\n")


SHELLS = [
    ("ptpython.ipython", {"banner1", "user_ns", "history_filename"}),
    ("ptpython.repl", {"globals", "history_filename"}),
    ("bpython", {"banner", "locals_"}),
    ("IPython", {"banner1", "user_ns"}),
]


@pytest.mark.parametrize("number", range(len(SHELLS)))
def test_the_first_shell_that_is_installed_and_wanted_is_taken(
    manager: Manager,
    line: Line,
    typed: t.Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    seen: list[tuple[str, set[str]]] = []
    for name, _ in SHELLS:
        module = types.ModuleType(name)
        vars(module)["embed"] = lambda name=name, **given: seen.append((name, set(given)))
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setitem(sys.modules, name.partition(".")[0], module)
    unwanted = ["--no-ptipython", "--no-ptpython", "--no-bpython"][:number]
    line(manager, ["shell", *unwanted])
    assert seen == [SHELLS[number]]


def test_a_shell_made_without_the_others(
    manager: Manager, line: Line, typed: t.Callable[[str], None]
) -> None:
    banner = "the shop's"
    manager.add_command("shell", Shell(banner, use_ipython=False, use_bpython=False))
    typed("")
    line(manager, "shell --no-ptpython --no-ptipython")
    assert banner in line.errors


def test_clean_removes_compiled_files(
    manager: Manager, line: Line, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    for name in ("a.pyc", "shop/b.pyo", "shop/c.py"):
        (tmp_path / name).touch()
    manager.add_command("clean", Clean())
    assert line(manager, "clean") == "Removing a.pyc\nRemoving shop/b.pyo\n"
    assert [path.name for path in tmp_path.rglob("*.*")] == ["c.py"]


@pytest.fixture
def urls(manager: Manager) -> Manager:
    manager.app.add_url_rule("/b/<int:number>", "a_book", lambda number: "")
    manager.app.add_url_rule("/", "index", lambda: "")
    manager.add_command("urls", ShowUrls())
    return manager


def test_the_rules_are_printed(urls: Manager, line: Line) -> None:
    rows = [row.split() for row in line(urls, "urls").splitlines()]
    assert rows[0] == ["Rule", "Endpoint"]
    assert rows[2:] == [["/", "index"], ["/b/<int:number>", "a_book"]]
    by_endpoint = line(urls, "urls --order endpoint").splitlines()
    assert [row.split()[1] for row in by_endpoint[2:]] == ["a_book", "index"]


def test_the_rule_of_a_url_is_printed(urls: Manager, line: Line) -> None:
    assert line(urls, "urls /b/7").splitlines()[2].split() == [
        "/b/<int:number>",
        "a_book",
        "{'number':",
        "7}",
    ]
    assert "<404 Not Found" in line(urls, "urls /nix")


def test_rules_cannot_be_sorted_by_anything(urls: Manager, line: Line) -> None:
    with pytest.raises(InvalidCommand, match="no 'size' to sort by; try 'rule' or 'endpoint'"):
        urls.handle("manage.py", ["urls", "--order", "size"])


def test_without_rules_there_are_only_titles(manager: Manager, line: Line) -> None:
    manager.add_command("urls", ShowUrls(order="endpoint"))
    assert line(manager, "urls") == "Rule  Endpoint\n--------------\n"

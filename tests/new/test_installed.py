"""A project with an environment of its own: its tests, its linters, and people who use it."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import shutil
import subprocess
import typing as t

import pytest

from erlen.new import Names, write_project
from tests.processes import Program, clean_environment, free_port

if t.TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Response

PASSWORD = "correct horse battery staple"
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]

pytestmark = pytest.mark.slow


def run(folder: pathlib.Path, *command: str) -> str:
    environ = clean_environment(PYTHONPATH="")
    result = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_its_tests_pass(installed: pathlib.Path) -> None:
    assert " passed" in run(installed, "make", "test")


def test_ruff_and_mypy_find_nothing(installed: pathlib.Path) -> None:
    assert "Success: no issues found" in run(installed, "make", "lint")


def test_lines_have_room_for_the_longest_name(
    installed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    write_project(Names.of("wide" * 10), tmp_path)
    ruff = str(installed / ".venv/bin/ruff")
    run(tmp_path, ruff, "check", "--no-cache")
    run(tmp_path, ruff, "format", "--check", "--no-cache")


def test_a_short_name_leaves_nothing_to_format(
    installed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    write_project(Names.of("x"), tmp_path)
    run(tmp_path, str(installed / ".venv/bin/ruff"), "format", "--check", "--no-cache")


@pytest.fixture
def address(installed: pathlib.Path) -> cabc.Iterator[str]:
    """Where `make run` serves the project, with nothing in its database but an administrator."""
    shutil.rmtree(installed / "instance", ignore_errors=True)
    python = str(installed / ".venv/bin/python")
    environ = {"PYTHONPATH": ""}
    run(installed, ".venv/bin/erlen", "db", "upgrade")
    port = free_port()
    server = Program(installed, "serve", "--port", str(port), python=python, **environ)
    try:
        server.answers(port, "/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()


@pytest.fixture
def browser() -> cabc.Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Person:
    """Someone in front of a browser, of whose screen pictures are kept."""

    def __init__(self, page: Page, album: pathlib.Path) -> None:
        self.page = page
        self._album = album
        self.complaints: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if "Failed to load resource" not in message.text:  # a page may be an error that is wanted
            self.complaints.append(message.text)

    def _note_response(self, response: Response) -> None:
        if "/static/" in response.url and not response.ok:
            self.complaints.append(f"{response.status} {response.url}")

    def fill_in(self, button: str, **fields: str) -> None:
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=False).first.fill(value)
        self.press(button)

    def press(self, button: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=button).click()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=10_000)

    def is_told(self, text: str) -> None:
        self.page.get_by_role("status").filter(has_text=text).wait_for(timeout=10_000)

    def photograph(self, name: str) -> None:
        self.page.screenshot(path=self._album / f"{name}.png", full_page=True)


@pytest.fixture
def person(browser: Browser, address: str, tmp_path: pathlib.Path) -> cabc.Iterator[Person]:
    page = browser.new_page(base_url=address, viewport={"width": 1000, "height": 700})
    person = Person(page, tmp_path)
    yield person
    assert person.complaints == []


@pytest.mark.service("chromium")
def test_someone_registers_writes_and_goes(person: Person) -> None:
    person.page.goto("/")
    person.photograph("home")
    person.follow("Register")
    person.page.get_by_label("Name").fill("Ann")
    person.page.get_by_label("Password *", exact=True).fill("short")
    person.press("Register")
    person.sees("Please correct what is marked below.")
    person.photograph("register-errors")
    person.page.get_by_label("Password *", exact=True).fill(PASSWORD)
    person.page.get_by_label("Password again").fill(PASSWORD)
    person.press("Register")
    person.is_told("Welcome, ann.")
    person.photograph("empty")

    person.follow("New note")
    person.fill_in("Save", Title="Shopping", Text="Milk\nBread")
    person.is_told("The note is saved.")
    person.photograph("note")
    person.follow("Edit")
    person.photograph("edit")
    person.fill_in("Save", Title="Shopping for Sunday")
    person.sees("Shopping for Sunday")
    person.follow("All notes")
    person.photograph("notes")

    person.follow("Shopping for Sunday")
    person.follow("Delete")
    person.photograph("delete")
    person.press("Delete")
    person.is_told("The note is deleted.")
    person.sees("There are no notes yet.")

    person.page.get_by_role("button", name="Log out").click()
    person.is_told("You are logged out.")
    person.page.goto("/notes/")
    person.is_told("Please log in first.")
    person.fill_in("Log in", Name="ann", Password=PASSWORD)
    person.is_told("Welcome back, ann.")


@pytest.mark.service("chromium")
def test_an_administrator_looks_after_the_site(person: Person, installed: pathlib.Path) -> None:
    page = person.page
    for name, count in {"bob": 1, "root": 11}.items():
        page.goto("/auth/register")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password *", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        person.press("Register")
        for number in range(count):
            page.goto("/notes/new")
            person.fill_in("Save", Title=f"Note {number} of {name}", Text="A line. " * 30)
        page.goto("/notes/")
        person.photograph(f"many-notes-{name}")
        page.get_by_role("button", name="Log out").click()
    run(installed, ".venv/bin/erlen", "create-admin", "root")
    person.follow("Log in")
    person.photograph("log-in")
    person.fill_in("Log in", Name="root", Password=PASSWORD)
    person.follow("Admin")
    person.photograph("users")
    page.get_by_role("button", name="Make admin: bob").click()
    person.is_told("bob is an administrator now.")
    page.get_by_role("button", name="Delete bob").click()
    person.is_told("bob and their notes are deleted.")
    person.page.get_by_role("navigation", name="Administration").get_by_text("Notes").click()
    person.photograph("all-notes")
    assert page.get_by_role("row").count() == 12
    page.goto("/nothing")
    person.photograph("error")


@pytest.mark.service("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_on_a_telephone(
    browser: Browser, address: str, tmp_path: pathlib.Path, scheme: t.Any
) -> None:
    page = browser.new_page(
        base_url=address, viewport={"width": 360, "height": 640}, color_scheme=scheme
    )
    person = Person(page, tmp_path)
    for path in ("/", "/auth/register", "/auth/log-in", "/nothing"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        person.photograph(f"{scheme}{path.replace('/', '-')}")

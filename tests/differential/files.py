"""The folders of the application: static files, templates, and a file that lies outside."""

from __future__ import annotations

import os
import pathlib

MODIFIED = 1_700_000_000

STATIC = {
    "style.css": b"body { color: black }\n" * 20,
    "empty.txt": b"",
    "text.txt": "Grüße\n".encode() * 40,
    "big.bin": bytes(range(256)) * 400,
    "data.tar.gz": b"\x1f\x8b not really",
    "no_extension": b"plain",
    "with space.txt": b"space",
    "größe.html": b"<p>umlaut</p>",
    "folder/inner.js": b"let a = 1;\n",
    "folder/.hidden": b"hidden",
}

TEMPLATES = {
    "base.html": "<title>{% block title %}base{% endblock %}</title>{% block body %}{% endblock %}",
    "page.html": (
        "{% extends 'base.html' %}{% from 'macros.html' import field %}"
        "{% block title %}{{ title }}{% endblock %}"
        "{% block body %}{{ field(value) }}{{ value|shout }} {{ extra }}"
        "{{ request.path }} {{ g.get('user', 'nobody') }} {{ session.get('user') }}"
        "{{ url_for('home') }} {{ config.NAME }}"
        "{% for m in get_flashed_messages(with_categories=true) %}{{ m }}{% endfor %}"
        "{% if 3 is odder %}odd{% endif %}{{ answer() }}{% endblock %}"
    ),
    "macros.html": '{% macro field(value) %}<input value="{{ value }}">{% endmacro %}',
    "text.txt": "{{ value }} is not escaped",
    "broken.html": "{% if %}",
    "failing.html": "{{ missing.name.more }}",
    "stream.html": "{% for n in range(5) %}{{ n }}:{{ request.args.get('a') }}\n{% endfor %}",
    "shared.html": "the application's",
}

BOOK_STATIC = {"book.css": b"b { }", "style.css": b"not the application's"}
BOOK_TEMPLATES = {
    "shared.html": "the blueprint's",
    "book.html": "book {{ url_for('.page', n=1) }} {{ book_name }}",
}


def write(folder: pathlib.Path) -> None:
    """Make the folders, the same each time, times included."""
    for name, content in STATIC.items():
        _write(folder / "static" / name, content)
    for name, content in BOOK_STATIC.items():
        _write(folder / "book_static" / name, content)
    for name, text in TEMPLATES.items():
        _write(folder / "templates" / name, text.encode())
    for name, text in BOOK_TEMPLATES.items():
        _write(folder / "book_templates" / name, text.encode())
    _write(folder / "outside.txt", b"outside")
    (folder / "static" / "link.txt").symlink_to(folder / "outside.txt")
    (folder / "static" / "inner_link.css").symlink_to("style.css")


def _write(path: pathlib.Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (MODIFIED, MODIFIED))

"""Settings of Sphinx; `make docs` builds the pages, and a warning is an error."""

from __future__ import annotations

import importlib.metadata

from docutils import nodes

project = "Erlen"
copyright = "Erlen contributors"
release = version = importlib.metadata.version("erlen")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Docstrings write `name` in single backticks for code as well.
default_role = "code"
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_inherit_docstrings = False
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "Erlen"
html_static_path: list[str] = []


def strip_code(app, doctree):
    """Drop the empty lines that a formatter wants between a piece of code and its end marker."""
    for block in doctree.findall(nodes.literal_block):
        block.rawsource = block.rawsource.strip("\n")
        block.children = [nodes.Text(block.rawsource)]


def setup(app):
    app.connect("doctree-read", strip_code)

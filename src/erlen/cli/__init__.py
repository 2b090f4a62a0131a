"""The ``erlen`` command and what an application's own commands are made of."""

from __future__ import annotations

from .certificates import CertParamType, _validate_key
from .discovery import (
    NoAppException,
    find_app_by_string,
    find_best_app,
    locate_app,
    prepare_import,
)
from .dotenv import load_dotenv
from .groups import AppGroup, ErlenGroup, FlaskGroup
from .options import get_version, version_option
from .program import cli, main
from .routes import routes_command
from .run import SeparatedPathType, run_command, show_server_banner
from .script import ScriptInfo, pass_script_info, with_appcontext
from .serve import serve_command
from .server import run_app
from .shell import interact, shell_command

__all__ = [
    # Commands of an application
    "AppGroup",
    "ErlenGroup",
    "FlaskGroup",
    "ScriptInfo",
    "pass_script_info",
    "with_appcontext",
    # Finding the application
    "NoAppException",
    "find_app_by_string",
    "find_best_app",
    "load_dotenv",
    "locate_app",
    "prepare_import",
    # The command and its parts
    "cli",
    "get_version",
    "interact",
    "main",
    "routes_command",
    "run_app",
    "run_command",
    "serve_command",
    "shell_command",
    "show_server_banner",
    "version_option",
    "CertParamType",
    "SeparatedPathType",
    "_validate_key",
]

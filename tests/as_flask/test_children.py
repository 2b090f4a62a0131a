from __future__ import annotations

import collections.abc as cabc
import pathlib

from tests.as_flask.conftest import Python

Code = cabc.Callable[[str], str]


def test_a_child_process_meets_erlen(code: Code) -> None:
    lines = """
        import subprocess, sys
        child = "import flask; print(flask.Flask.__module__, flask.helpers.__name__)"
        subprocess.run([sys.executable, "-c", child], check=True)
    """
    assert code(lines) == "erlen.app erlen.helpers"


def test_a_grandchild_meets_erlen(code: Code) -> None:
    lines = """
        import subprocess, sys
        child = "import os, sys; os.execl(sys.executable, 'py', '-c', 'import flask; print(flask)')"
        subprocess.run([sys.executable, "-c", child], check=True)
    """
    assert "as_flask" in code(lines)


def test_a_spawned_worker_meets_erlen(run: Python, tmp_path: pathlib.Path) -> None:
    lines = """
import multiprocessing
def work():
    import flask
    print(flask.Flask.__module__)
if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=work)
    worker.start()
    worker.join()
"""
    (tmp_path / "program.py").write_text(lines)
    assert run("-m", "erlen.as_flask", "program.py") == "erlen.app"


def test_the_module_flask_can_be_run(code: Code) -> None:
    lines = """
        import subprocess, sys
        subprocess.run([sys.executable, "-m", "flask", "--version"], check=True)
    """
    assert "Flask 3.1.3" in code(lines)


def test_the_command_of_another_python_does_not_come_first(
    code: Code, tmp_path: pathlib.Path
) -> None:
    other = tmp_path / "flask"
    other.write_text("#!/bin/sh\necho somebody else\n")
    other.chmod(0o755)
    lines = f"""
        import os, subprocess
        os.environ["PATH"] = {str(tmp_path)!r} + os.pathsep + os.environ["PATH"]
        from erlen.as_flask import children
        children.announce(os.environ)
        subprocess.run(["flask", "--version"], check=True)
    """
    assert "Flask 3.1.3" in code(lines)


def test_the_command_flask_is_found(code: Code) -> None:
    lines = """
        import os, subprocess
        from erlen.as_flask.children import BIN
        os.environ["PATH"] = os.pathsep.join([BIN, "/usr/bin", "/bin"])
        subprocess.run(["flask", "--version"], check=True)
    """
    assert "Flask 3.1.3" in code(lines)


def test_child_processes_can_be_left_alone_from_outside(run: Python) -> None:
    lines = "import erlen.as_flask, os; print('as_flask' in os.environ['PYTHONPATH'])"
    assert run("-c", lines) == "True"
    assert run("-c", lines, ERLEN_AS_FLASK_CHILDREN="0") == "False"


def test_what_is_announced_can_be_withdrawn(code: Code) -> None:
    lines = """
        from erlen.as_flask.children import announce, withdraw
        environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": "/a:/b"}
        announce(environ)
        print(len(environ), environ["PATH"].endswith(":/usr/bin:/bin"))
        print(environ["PYTHONPATH"].endswith(":/a:/b"))
        withdraw(environ)
        print(len(environ), environ["PATH"], "as_flask" in environ["PYTHONPATH"])
    """
    assert code(lines) == "3 True\nTrue\n2 /usr/bin:/bin False"


def test_announcing_twice_changes_nothing(code: Code) -> None:
    lines = """
        from erlen.as_flask.children import announce
        environ = {}
        announce(environ)
        before = dict(environ)
        announce(environ)
        print(before == environ)
    """
    assert code(lines) == "True"


def test_a_variable_that_loses_its_last_folder_is_gone(code: Code) -> None:
    lines = """
        from erlen.as_flask.children import SITE, withdraw
        environ = {"PYTHONPATH": SITE, "PATH": "/bin"}
        withdraw(environ)
        print(environ)
    """
    assert code(lines) == "{'PATH': '/bin'}"

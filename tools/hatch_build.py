"""Compiles Erlen's kernel while it is installed, where that is possible; without it all works, too.

The kernel is a few small files that Python runs as they are; Cython makes extension modules of
them, which lie beside them and are then imported in their place. Without a compiler, or with
ERLEN_WITHOUT_COMPILER=1, nothing is compiled. An editable installation has the modules in the
checkout; any other leaves the checkout as it is.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import sysconfig
import tempfile
import typing as t

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: How the extension modules of this interpreter end; those of others are left alone.
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")

#: What a variable of the environment says to mean "no", as everywhere in Erlen.
OFF = frozenset({"", "0", "false", "no"})


class CompileKernel(BuildHookInterface[t.Any]):
    _scratch: str | None = None

    def initialize(self, version: str, build_data: dict[str, t.Any]) -> None:
        source = pathlib.Path(self.root, "src")
        self._scratch = tempfile.mkdtemp()
        built = pathlib.Path(self._scratch, "built")
        files = self._compile(source, built, self._scratch)
        if version == "editable":
            replace_compiled(source, built, files)
        for file in files if version != "editable" else ():
            build_data["force_include"][str(file)] = str(file.relative_to(built))
        if files:
            build_data["pure_python"] = False
            build_data["infer_tag"] = True

    def _compile(
        self, source: pathlib.Path, built: pathlib.Path, scratch: str
    ) -> list[pathlib.Path]:
        if os.environ.get("ERLEN_WITHOUT_COMPILER", "").lower() not in OFF:
            return []
        try:
            compile_kernel(source, built, scratch)
        except (Exception, SystemExit) as exc:  # whatever a compiler that is missing comes to
            self.app.display_warning(f"The kernel was not compiled, and is interpreted: {exc}")
            return []
        return compiled_files(source, built)

    def finalize(self, version: str, build_data: dict[str, t.Any], artifact_path: str) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch)


def source_files(source: pathlib.Path) -> list[pathlib.Path]:
    """Return the files of the kernel: those with types for Cython beside them."""
    return sorted(types.with_suffix(".py") for types in source.rglob("*.pxd"))


def name_of(file: pathlib.Path, source: pathlib.Path) -> str:
    return ".".join(file.relative_to(source).with_suffix("").parts)


def compiled_files(source: pathlib.Path, built: pathlib.Path) -> list[pathlib.Path]:
    files = source_files(source)
    return [built.joinpath(file.relative_to(source)).with_suffix(SUFFIX) for file in files]


def replace_compiled(source: pathlib.Path, built: pathlib.Path, files: list[pathlib.Path]) -> None:
    """Put *files* in the place of an earlier version's, or of those of a kernel that was larger.

    It happens at once, when all are made: whoever works in the checkout is not left without.
    """
    for compiled in source.rglob(f"*{SUFFIX}"):
        compiled.unlink()
    for file in files:
        shutil.move(file, source / file.relative_to(built))


def compile_kernel(source: pathlib.Path, built: pathlib.Path, scratch: str) -> None:
    from setuptools import Distribution

    built = built.absolute()
    # A traceback names a file as the compiler was given it: from where the package lies, which is
    # the same everywhere. erlen/_core/kernel.py says where that is once it is installed.
    with contextlib.chdir(source):
        extensions = translate(source, scratch)
        command: t.Any = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp, command.force = str(built), scratch, True
        command.parallel = os.cpu_count()
        command.ensure_finalized()
        command.run()


def translate(source: pathlib.Path, scratch: str) -> list[t.Any]:
    """Make C of the kernel; return what setuptools makes modules of."""
    from Cython.Build import cythonize
    from setuptools import Extension

    modules = [
        Extension(
            name_of(file, source), [str(file.relative_to(source))], extra_compile_args=["-g0"]
        )
        for file in source_files(source)
    ]
    made: list[t.Any] = cythonize(
        modules,
        build_dir=scratch,
        language_level=3,
        quiet=True,
        compiler_directives={"annotation_typing": False},  # annotations are for mypy, not as strict
    )
    return made

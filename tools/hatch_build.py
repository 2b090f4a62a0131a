"""Compiles Erlen's kernel while it is installed, where that is possible; without it all works, too.

The kernel is a few small files that Python runs as they are; Cython makes extension modules of
them, which lie beside them and are then imported in their place. Without a compiler, or with
ERLEN_WITHOUT_COMPILER=1, nothing is compiled.
"""

from __future__ import annotations

import os
import pathlib
import sysconfig
import tempfile
import typing as t

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = ("erlen._core.standins",)
#: How the extension modules of this interpreter end; those of others are left alone.
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


class CompileKernel(BuildHookInterface[t.Any]):
    def initialize(self, version: str, build_data: dict[str, t.Any]) -> None:
        source = pathlib.Path(self.root, "src")
        remove_compiled(source)  # of an earlier version, which would be imported in its place
        if os.environ.get("ERLEN_WITHOUT_COMPILER"):
            return
        try:
            compile_into(source)
        except (Exception, SystemExit) as exc:  # whatever a compiler that is missing comes to
            self.app.display_warning(f"The kernel was not compiled, and is interpreted: {exc}")
            return
        build_data["artifacts"].append(f"src/erlen/_core/*{SUFFIX}")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def remove_compiled(source: pathlib.Path) -> None:
    for name in KERNEL:
        source.joinpath(*name.split(".")).with_suffix(SUFFIX).unlink(missing_ok=True)


def compile_into(source: pathlib.Path) -> None:
    """Compile the modules of the kernel and put the outcome beside them."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    files = [source.joinpath(*name.split(".")).with_suffix(".py") for name in KERNEL]
    with tempfile.TemporaryDirectory() as scratch:
        extensions = cythonize(
            [
                Extension(name, [os.path.relpath(file)], extra_compile_args=["-g0"])
                for name, file in zip(KERNEL, files, strict=True)
            ],
            build_dir=scratch,
            language_level=3,
            quiet=True,
            compiler_directives={"freethreading_compatible": True},  # it keeps nothing
        )
        command: t.Any = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(source), scratch
        command.ensure_finalized()
        command.run()

"""Takes the kernel as Python has it, also where it is compiled.

import benchmarks.interpreted   # before erlen
"""

from __future__ import annotations

import os
import sys

if "erlen" in sys.modules:
    raise ImportError(
        "The kernel was imported already: import benchmarks.interpreted before erlen."
    )
os.environ["ERLEN_INTERPRETED"] = "1"

"""What servers load: the application that the environment names."""

from __future__ import annotations

import os

from . import find_maker

app = find_maker(os.environ["BENCH_FRAMEWORK"])(os.environ["BENCH_VARIANT"])

"""The environments of the extensions' runner once more, with whole applications in them.

They lie in `.cache/applications`, which git ignores, and are made once for each version of
`requirements.txt`.
"""

from __future__ import annotations

import dataclasses
import pathlib

from tests.extensions.environment import ON_ERLEN, ON_FLASK, ROOT, Pair

HERE = pathlib.Path(__file__).parent
CACHE = ROOT / ".cache" / "applications"
REQUIREMENTS = HERE / "requirements.txt"

BOTH: Pair = (
    dataclasses.replace(ON_FLASK, cache=CACHE, requirements=REQUIREMENTS),
    dataclasses.replace(ON_ERLEN, cache=CACHE, requirements=REQUIREMENTS),
)

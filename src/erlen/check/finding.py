"""One finding, and which are worse than others."""

from __future__ import annotations

import dataclasses
import typing as t

Level = t.Literal["error", "warning"]

#: From the least to the worst.
LEVELS: t.Final[tuple[Level, ...]] = ("warning", "error")


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something about an application that should be mended.

    :param id: names the kind of finding; ``--ignore`` takes it.
    :param level: "error" makes ``erlen check`` fail, "warning" does not.
    :param place: where to look: ``file:line``, the name of a setting, a rule, ...
    :param reason: what is wrong there, and what comes of it.
    :param mend: what to write or do.
    """

    id: str
    level: Level
    place: str
    reason: str
    mend: str

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(
                f"The level of the finding {self.id!r} is {self.level!r}; it can be 'error' or"
                " 'warning'."
            )

    def is_at_least(self, level: Level) -> bool:
        return LEVELS.index(self.level) >= LEVELS.index(level)

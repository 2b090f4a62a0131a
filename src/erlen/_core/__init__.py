"""What runs on every request. Nothing here is imported by users."""

from .kernel import choose as _choose_kernel

_choose_kernel()

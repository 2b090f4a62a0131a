"""`python -m flask`."""

from erlen.cli import main

main()

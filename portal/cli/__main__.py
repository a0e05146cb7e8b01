"""`python -m portal.cli` is `yanlu`."""

from portal.cli.root import main

main()

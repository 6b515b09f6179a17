"""`python -m kaoping`: the command line, where its script is not on the path."""

from kaoping.cli.main import main

main()

"""The command line: one file per verb, each thin: parse, call :mod:`kaoping.api`, print."""

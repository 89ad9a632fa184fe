"""Pulse rounds: five statements, answered without a name, shown for groups that are large enough.

`rounds.py` has the state machine, `answers.py` counts answers, `grouping.py` says which groups may
be told apart, `results.py` reads what a closed round may show.
"""

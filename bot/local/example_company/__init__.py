"""An example company with half a year of use, for the practice workspace and for benchmarks.

`company.py` says who works there; every other module fills one subject of a record with what they
did: `fill(record, company)`. `filling.py` lists them.
"""

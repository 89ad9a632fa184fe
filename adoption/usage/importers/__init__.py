"""How files of usage and rosters become rows of the record."""

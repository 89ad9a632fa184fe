"""Tables of any form: CSV and JSON files, their encoding, and the values in their cells."""

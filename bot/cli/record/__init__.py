"""Commands for the record: imports, measures, reports, backups and the audit log."""

"""The database: engine, base types, migrations, transfer."""

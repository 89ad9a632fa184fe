"""SQL on the tables in which DBOS keeps its jobs, where its own calls are too many or too slow."""

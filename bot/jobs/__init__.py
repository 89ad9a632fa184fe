"""Durable jobs: runtime, queue, recovery of dead workers, schedules."""

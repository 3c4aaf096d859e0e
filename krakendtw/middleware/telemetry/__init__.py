"""Logs, metrics and traces: ``telemetry/…``."""

"""Go's times: instants, durations, zones and layouts."""

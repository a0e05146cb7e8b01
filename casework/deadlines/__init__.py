"""When a limit ends and why: calendars, limits, clocks, all of it pure."""

"""Made-up input: pages, calendars, languages, typing errors, lengths."""

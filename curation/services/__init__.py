"""One verb a file: functions that take a session and never commit."""

"""What anybody can check from outside: the log and the pages."""

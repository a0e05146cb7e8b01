"""Who may do what in which store: the roles that PostgreSQL enforces. SQLite has none."""

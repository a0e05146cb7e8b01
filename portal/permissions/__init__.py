"""Who may do what: one table of roles and actions, which the desk obeys and shows, and the law pages repeat."""

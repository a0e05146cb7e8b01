"""The reporter's side: a report, a mailbox, what is sent into it."""

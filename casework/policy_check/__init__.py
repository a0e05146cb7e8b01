"""What is proved and shown of a policy before a case opens under it."""

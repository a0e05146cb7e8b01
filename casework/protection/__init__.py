"""What a policy owes to people: secrecy, protection, duties, answers for lateness, publicity without names: pure."""

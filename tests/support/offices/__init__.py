"""Offices with keepers, members and reporters that tests start from."""

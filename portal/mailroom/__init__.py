"""The mailroom: sealed items and blobs, and the outboxes through which they leave."""

"""What runs without a call: outboxes and deadlines."""

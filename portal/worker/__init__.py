"""What runs without a call: outboxes, clocks, the delivery between stores."""

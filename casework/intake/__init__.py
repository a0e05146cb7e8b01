"""What is written down when a report comes in, under the policy that it comes in under: pure."""

"""Sealed files: age with post-quantum recipients, attachments, the erasure layer."""

"""A third reader of the wire format, written from `crypto/SPEC.md` and the vectors alone."""

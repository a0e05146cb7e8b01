"""A case from receipt to archive, under the written policy of its office."""

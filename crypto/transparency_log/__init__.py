"""The public log: its tree, its checkpoints, its entries and the proof of filing."""

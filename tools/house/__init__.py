"""The house rules that no linter on the market knows."""

"""The edge: public intake, staff desk, and the stores behind them."""

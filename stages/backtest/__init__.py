"""What other rules or points would have made of recorded decisions: pure. `pipeline/backtest` reads them."""

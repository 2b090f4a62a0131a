"""Flask's inner package: Erlen keeps no second layer, the names lead to the public classes."""

"""What institutions use: quotes over the counter, custody, and Prime. State, and REST beside it."""

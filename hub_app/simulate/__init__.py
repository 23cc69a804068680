"""The real rules lived through made-up or recorded days, without a hall."""

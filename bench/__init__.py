"""What the hub costs, measured as ratios within one run."""

"""Playing recorded days through the real hub."""

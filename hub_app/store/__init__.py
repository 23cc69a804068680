"""What a tablet keeps on its own disk, and never sends."""

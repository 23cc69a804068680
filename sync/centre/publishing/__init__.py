"""What the centre may publish: one frozen table of cells for each closed period, and its audit."""

"""Circuit theory on landscapes: resistances, voltages and currents of rasters and networks of resistors."""

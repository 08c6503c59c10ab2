"""`amur corridors`: least-cost corridors between cores, from rasters to maps and a table of links."""

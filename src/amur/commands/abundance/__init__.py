"""`amur tracks`, `amur distance`, `amur occupancy` and `amur encounter`: prey, from tables to estimates."""

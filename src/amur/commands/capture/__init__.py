"""`amur capture`: spatial capture-recapture from files to estimates."""

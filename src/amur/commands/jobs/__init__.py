"""What the commands of connectivity share: what a run costs, what it leaves behind, progress, the report."""

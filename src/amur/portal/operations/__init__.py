"""Keeping an installation alive: preparing, serving, backing up, restoring. Called by `amur.cli` only."""

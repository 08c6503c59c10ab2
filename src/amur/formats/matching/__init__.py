"""Matching rounds between two offices: which animals are known on both sides, told without where and when.

`keys` and `sealing` protect packages on their way, `statements` is the list of what may be said at all,
`views` folds it into what holds, `packages` carries it, `flanks` and `crops` are what is told of a picture,
`messages` the sentences about files that are refused. Called by `amur.portal.matching`; explained in
docs/matching.md.
"""

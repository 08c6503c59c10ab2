"""Tables of prey counts: winter tracks, distances, repeated visits, encounters with cameras, harvest norms.

Every reader takes CSV (commas, semicolons or tabs; a decimal comma where commas do not part columns) whose
first line names the columns, and gives a whole checked object or raises `FormatErrors` with every problem.
`tables.py` reads columns, `messages.py` has the sentences, `docs/prey.md` the rules for analysts.
"""

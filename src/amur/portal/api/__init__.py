"""The typed API under `/api/v1/`: released records for everybody, true records for the office that owns them.

`views` holds the operations, `schemas` what they take and send, `errors` the one shape of every refusal.
"""

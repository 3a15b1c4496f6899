"""The pages and routes that every ledger has."""

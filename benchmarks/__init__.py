"""Erlen beside its peers: the same requests, in one run, on the machine at hand."""

"""Durable jobs: registry.py knows kinds and periods, queue.py leases and finishes, worker.py is the loop of threads."""

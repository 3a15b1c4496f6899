"""Proposals (划分方案): made of ground, adjusted, joined, numbered; written into a file and read back from it."""

"""What is read of cases: who sees them, lists, words, counts, figures. Nothing here writes."""

"""The tables of the catalogue: routing rules, returns, case standards, office hours, days. Limits of stages are declared by linli.core.flow."""

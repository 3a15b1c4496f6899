"""The commands of `linli division`: each reads options, calls the rooms below, shows how far the work is and writes files."""

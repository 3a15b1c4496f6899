"""The commands of the `linli` command line, by what they are for; cli.py next door names them."""

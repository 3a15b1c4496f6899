"""The core's commands of the `linli` command line, by what they are for; a department brings its own by its descriptor."""

# Name → the module in which it stands under that name. No click here: a web process asks for the names alone.
COMMANDS: dict[str, str] = {
    "demo": "linli.config.commands.demo",
    "migrate": "linli.config.commands.server",
    "serve": "linli.config.commands.server",
    "worker": "linli.config.commands.server",
    "backup": "linli.config.commands.safety",
    "restore": "linli.config.commands.safety",
    "files": "linli.config.commands.safety",
    "audit": "linli.config.commands.safety",
    "keys": "linli.config.commands.safety",
    "messages": "linli.config.commands.safety",
    "areas": "linli.config.commands.imports",
    "grids": "linli.config.commands.imports",
    "cases": "linli.config.commands.imports",
    "streets": "linli.config.commands.streets",
    "users": "linli.config.commands.people",
    "calendar": "linli.config.commands.calendar",
    "new-department": "linli.config.commands.departments",
    "data-matrix": "linli.config.commands.tables",
    "transitions": "linli.config.commands.tables",
    "personal-data": "linli.config.commands.tables",
}

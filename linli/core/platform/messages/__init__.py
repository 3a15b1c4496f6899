"""Messages to people: templates.py holds the texts, ports.py the ways out, sending.py the queue of what waits."""

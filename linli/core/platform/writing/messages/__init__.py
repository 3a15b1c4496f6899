"""Messages to people: ports.py holds the ways out, sending.py the queue of what waits; the texts stand in `plug/message_texts.py`."""

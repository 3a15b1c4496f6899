"""The room in which the data of a person live: inside services that they asked for or agreed to, and with what is promised them.

docs/people.md says what is promised. `keys.py` seals under a key of each person's own, `revealing.py` is the only way by which a
value leaves, `services.py` lets a person come into a service and go, `selectors.py` reads without opening anything.
"""

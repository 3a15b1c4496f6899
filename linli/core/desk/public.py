"""The door of the desk: what every page of the staff does."""

from linli.core.desk.door import answer_once, content_of, do_once, posted_from, within_limit

__all__ = ["answer_once", "content_of", "do_once", "posted_from", "within_limit"]

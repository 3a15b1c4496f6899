"""The faces of a flow: the pages that every small flow has: an item with its timeline, the dialogs of its actions, its files. Made from its table."""

"""``python -m flows.command``: the command ``valuenet`` where a launcher of several processes wants a module."""

from flows.command.app import main

main()

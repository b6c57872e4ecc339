"""``python -m valuenet.flows.command``: the command ``valuenet`` where a launcher of processes wants a module."""

from valuenet.flows.command.app import main

main()

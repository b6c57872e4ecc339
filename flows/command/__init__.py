"""The command ``valuenet``. Modules here import what is heavy only inside the command that needs it."""

from valuenet.flows.command.app import main

__all__ = ["main"]

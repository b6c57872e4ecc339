"""Threads of posts and comments, and the exchanges in them."""

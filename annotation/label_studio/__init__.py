"""Label Studio as the place where people answer: the server, its client, surveys, reviews and what comes back."""

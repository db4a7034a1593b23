"""What providers may decide: laws of the decisions, enumerated or drawn, and of their flow."""

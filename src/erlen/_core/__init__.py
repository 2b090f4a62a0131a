"""What runs on every request. Nothing here is imported by users."""

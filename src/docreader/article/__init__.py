"""What is to be read: sources become Articles."""

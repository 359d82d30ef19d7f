"""What is heard: Clips become a Recording and its files."""

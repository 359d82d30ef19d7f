"""Who reads it: utterances become Clips."""

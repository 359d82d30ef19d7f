"""Commands that ``docreader.cli`` puts together. Each imports what it needs when it runs: help and completion stay quick."""

"""The service: an article's text, sound, marks, captions and PDF, for the widget on the page and for other programs."""

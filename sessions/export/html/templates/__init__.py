"""Templates and style of the page; texts put into them are escaped by `page.py`."""

"""One page that stands alone: the conversation, each card with its charts and cases."""

from sessions.export._thread import Thread

EXTENSION = ".html"


def render(thread: Thread) -> str:
    """The conversation as a page."""
    from sessions.export.html.page import thread_page  # jinja2 is loaded when a page is made

    return thread_page(thread)

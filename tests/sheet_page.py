"""A sheet in a bare page in the browser: what it says, and how an answer is typed and checked."""

from widget_page import WidgetPage


def message(opened: WidgetPage) -> str:
    """What the sheet says under its buttons."""
    return opened.root.locator(".gd-message").inner_text()


def check(opened: WidgetPage, **typed: str) -> None:
    """Type into fields by their keys, check, and wait for the verdict."""
    for key, text in typed.items():
        field = opened.root.locator(f'[data-field="{key}"]')
        field.locator("input[type=text], textarea").fill(text)
    opened.root.locator(".gd-main").click()
    opened.settle()

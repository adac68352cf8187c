"""What Excel starts when a button is pressed: `python -m addin.excel`, or on a Mac `addin.excel.pressed`."""

from addin.excel.started import main, pressed, pressed_in

__all__ = ["main", "pressed", "pressed_in"]

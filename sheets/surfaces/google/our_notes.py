"""Notes of ours. A cell has one note in Google: what a user writes below ours in it is the user's, and stays."""

from __future__ import annotations

from typing import Final

from sheets.surfaces.marks import NOTE

# The last line of ours.
_BELOW: Final = "\n(What you write below this line stays.)"


def is_ours(note: str) -> bool:
    """Whether a note begins with ours."""
    return note.startswith(NOTE)


def users_words(note: str) -> str:
    """What a user wrote, without ours; one of before, which has no last line of ours, is ours as a whole."""
    return note if not is_ours(note) else note.partition(_BELOW)[2].strip()


def written(ours: str, stands: str) -> str:
    """The note as it will be. ours: our words, an empty text for none; stands: what stands there."""
    theirs = users_words(stands)
    if not ours:
        return theirs
    return f"{NOTE}{ours}{_BELOW}" + (f"\n{theirs}" if theirs else "")

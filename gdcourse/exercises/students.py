"""A learner tells the course a name, once: `gdcourse.student("ada")`. Nothing ever waits for somebody to type one."""

from __future__ import annotations

from gdcourse.exercises.name_file import LONGEST, is_name, keep_name
from gdcourse.exercises.variants import SELF_STUDY, current_student
from gdcourse.exercises.words import Words, current_language


def student(name: str | None = None, language: str | None = None) -> str:
    """Keep a name in the work folder for all sessions to come; without one, say who is learning. Gives a sentence.

    A name deals personal numbers and signs the progress file; "self-study" is nobody's, and has the lesson's numbers.

    Raises:
        ValueError: what came is no name.
    """
    words = Words(current_language(language), "common")
    if name is None:
        return _told(current_student(), words)
    wanted = name.strip() if type(name) is str else ""
    if not is_name(wanted):
        raise ValueError(words.say("no-name", longest=LONGEST))
    if reason := keep_name(wanted):
        return words.say("name-not-kept", reason=reason)
    now = current_student()
    return _told(now, words) if now == wanted else words.say("name-elsewhere", name=wanted, now=now)


def _told(name: str, words: Words) -> str:
    return words.say("no-name-yet") if name == SELF_STUDY else words.say("name-is", name=name)

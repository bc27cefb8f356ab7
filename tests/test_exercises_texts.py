"""The texts: complete in every language, with the same placeholders, and none that nobody uses."""

import re
import tomllib

import pytest
from exercise_cases import KEYS, STUDENTS

from gdcourse.exercises import EXERCISES, words
from gdcourse.exercises.words import Words, current_language, languages, sentences, shown

ENGLISH = sentences("en")
OTHERS = [language for language in languages() if language != "en"]


pytestmark = pytest.mark.usefixtures("nothing_written")


def placeholders(text):
    """Give the names in braces."""
    return sorted(set(re.findall(r"{(\w+)}", " ".join(text) if isinstance(text, list) else str(text))))


def test_a_second_language_is_there():
    assert "de" in OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_lacks_a_text_or_has_one_of_its_own(language):
    later = {key for key, exercise in EXERCISES.items() if exercise.lesson > 1}  # they fall back to English
    wanted = {path for path in ENGLISH if not path.endswith(".like") and path.partition(".")[0] not in later}
    assert set(sentences(language)) == wanted


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same_in_every_language(language):
    theirs = sentences(language)
    different = [path for path, text in theirs.items() if placeholders(text) != placeholders(ENGLISH[path])]
    assert different == []
    lists = [path for path, text in theirs.items() if isinstance(text, list) and len(text) != len(ENGLISH[path])]
    assert lists == []


@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_translated_and_not_copied(language):
    same = {
        path
        for path, text in sentences(language).items()
        if text == ENGLISH[path] and re.search(r"[a-z]{4}", re.sub(r"{\w+}", "", str(text)))
    }
    assert same == set()


@pytest.mark.parametrize("language", languages())
def test_numbers_in_texts_are_written_as_the_language_writes_them(language):
    decimal = re.compile(r"(?<![\w.,(])\d+[.]\d" if language == "de" else r"(?<![\w.,(])\d+,\d")
    # where a text says how numbers may be typed it shows both ways
    found = [p for p, text in sentences(language).items() if decimal.search(str(text)) and "not-a-number" not in p]
    assert found == []


@pytest.mark.parametrize("language", languages())
def test_no_text_stands_in_two_files(language):
    pages = [page for page in (words._texts() / language).iterdir() if page.name.endswith(".toml")]
    paths = [path for page in pages for path in words._flatten(tomllib.loads(page.read_text(encoding="utf-8")))]
    assert len(paths) == len(set(paths)) == len(sentences(language))


def test_every_text_belongs_to_an_exercise():
    assert {path.split(".")[0] for path in ENGLISH} == {"common", *KEYS}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", KEYS)
def test_every_exercise_can_be_shown_in_every_language(key, language):
    exercise = EXERCISES[key].translated(language)
    for student in STUDENTS:
        said = [exercise.title, exercise.statement(student), exercise.worked(student), exercise.hint(1, student)]
        said += [field.label for field in exercise.fields(student)]
        said += [option.label for field in exercise.fields(student) for option in field.options]
        said += [mistake.explanation for mistake in exercise.mistakes]
        shows = exercise.shows(student)
        said += [] if shows is None else [shows.describe()]
        assert all(text.strip() for text in said)
        assert not [text for text in said if re.search(r"[{}]", text)]
    assert exercise.words().listed("hints")


def test_the_language_comes_from_the_exercise_the_environment_or_is_english(monkeypatch):
    exercise = EXERCISES["one-step"]
    monkeypatch.delenv("GDCOURSE_LANGUAGE", raising=False)
    assert exercise.title == "One step"
    monkeypatch.setenv("GDCOURSE_LANGUAGE", "de_AT.UTF-8")
    assert exercise.title == "Ein Schritt"
    assert exercise.translated("en").title == "One step"
    monkeypatch.setenv("GDCOURSE_LANGUAGE", "tlh")
    assert current_language() == "en"


def test_german_numbers_have_a_comma_and_a_true_minus():
    german = EXERCISES["card-step"].translated("de")
    assert german.statement() == "w = 5, Steigung −3, α = 0,2. Das nächste w?"
    assert shown(-0.065536, "de") == "−0,065536"
    assert shown(462.80744796160003, "en") == "462.807447962"
    assert shown(0.1 + 0.2) == "0.3"
    assert shown(1.6777216e-9) == "0.0000000016777216"
    assert shown(3) == "3"
    assert shown(True) == "True"


def test_a_text_that_a_language_lacks_is_given_in_english(monkeypatch):
    lacking = {path: text for path, text in sentences("de").items() if path != "one-step.title"}
    monkeypatch.setattr(words, "sentences", lambda language: lacking if language == "de" else ENGLISH)
    assert EXERCISES["one-step"].translated("de").title == "One step"


def test_an_exercise_that_is_not_translated_is_english_throughout():
    rates = EXERCISES["three-rates"]
    german = rates.translated("de")
    assert "α = 0.9" in german.statement()  # no decimal comma in an English sentence
    assert german.judge(None).message == rates.judge(None).message == "Nothing is filled in yet."
    assert EXERCISES["parabola-walk"].translated("de").judge(None).message == "Es ist noch nichts ausgefüllt."


def test_a_missing_text_is_an_error_that_says_where_to_add_it():
    with pytest.raises(KeyError, match=r"one-step\.nothing.*toml"):
        Words("en", "one-step")("nothing")

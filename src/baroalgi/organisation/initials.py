"""Initial consonants (첫소리, 초성) of Korean names, for the search ㅎㄱㅊ."""

import unicodedata

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST_SYLLABLE = 0xAC00
PER_INITIAL = 588  # syllables with the same initial consonant
SYLLABLES = 11_172


def of(name: str) -> str:
    """Return the name with each Korean syllable replaced by its first consonant: 황간초 → ㅎㄱㅊ."""
    return "".join(map(_initial, plain(name)))


def plain(text: str) -> str:
    """Return the text without blanks, in NFC; jamo as typed on old keyboards become letters."""
    letters = unicodedata.normalize("NFKC", text.translate(_CLUSTERS))
    return "".join(unicodedata.normalize("NFC", letters).translate(_JAMO).split())


def only_initials(text: str) -> bool:
    """Tell whether a search text consists of initial consonants alone."""
    return bool(text) and all(letter in INITIALS for letter in text)


def _initial(letter: str) -> str:
    place = ord(letter) - FIRST_SYLLABLE
    return INITIALS[place // PER_INITIAL] if 0 <= place < SYLLABLES else letter


# NFKC turns the letters ㄱ…ㅎ into conjoining jamo; back to letters.
_JAMO = {0x1100 + place: letter for place, letter in enumerate(INITIALS)}

# Keyboards join two consonants that could close a syllable: who types ㄱㅅ for 가산 gets ㄳ.
_CLUSTERS = str.maketrans(
    {
        "ㄳ": "ㄱㅅ",
        "ㄵ": "ㄴㅈ",
        "ㄶ": "ㄴㅎ",
        "ㄺ": "ㄹㄱ",
        "ㄻ": "ㄹㅁ",
        "ㄼ": "ㄹㅂ",
        "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ",
        "ㄿ": "ㄹㅍ",
        "ㅀ": "ㄹㅎ",
        "ㅄ": "ㅂㅅ",
    }
)

"""Problems about text."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import letters, sentence, words
from prompts.code_problems.problem import problem


@problem(
    difficulty="easy",
    names=("add_prefix", "with_prefix", "label", "tagged"),
    constants={"prefix": ("id-", "new_", "item:", "x/", "re-", "my ", "no.", "A+", "user=", "tmp_")},
    inputs=lambda random, prefix: (random.choice(words(random, 1, 1)) + str(random.randint(0, 99)),),
    edges=(("",), ("a",)),
    mutant=("prefix + text", "text + prefix"),
)
def prefixed(text, *, prefix):
    """Return `text` with "$prefix" put in front of it."""
    return prefix + text


@problem(
    difficulty="easy",
    names=("repeat_text", "repeated", "echo", "say_again"),
    constants={"k": range(2, 8), "separator": ("-", " ", ", ", "/", "+", "")},
    inputs=lambda random, k, separator: (words(random, 1, 1)[0],),
    edges=(("ab",), ("x",)),
    mutant=("* k", "* (k + 1)"),
)
def echoed(text, *, k, separator):
    """Return a string with $k copies of `text`, with "$separator" between neighbouring copies."""
    return separator.join([text] * k)


@problem(
    difficulty="easy",
    names=("first_letters", "shorten", "take_start", "abbreviate"),
    constants={"k": range(2, 9)},
    inputs=lambda random, k: (sentence(random, 1, 3),),
    edges=(("",), ("a",), ("abcdefghijkl",)),
    mutant=(".upper()", ""),
)
def start_of(text, *, k):
    """Return the first $k characters of `text` in upper case (all of them if there are fewer)."""
    return text[:k].upper()


@problem(
    difficulty="easy",
    names=("count_letter", "letter_count", "how_often", "occurrences"),
    constants={"letter": "aeilnorst"},
    inputs=lambda random, letter: (sentence(random, 1, 6).lower() + letter * random.randint(0, 2),),
    edges=(("",), ("xyz",)),
    mutant=("count", "find"),
)
def letter_count_of(text, *, letter):
    """Return how many times the letter "$letter" is in `text`."""
    return text.count(letter)


@problem(
    difficulty="medium",
    names=("count_long_words", "long_words", "number_of_long_words", "count_words_longer"),
    constants={"k": range(2, 6)},
    inputs=lambda random, k: (sentence(random, 2, 8),),
    edges=(("",),),
    boundaries=lambda k: ((f"{'a' * k} {'b' * (k + 1)}",),),
    mutant=("> k", ">= k"),
)
def long_word_count(text, *, k):
    """Return how many words of `text` have more than $k letters. Words are separated by single spaces."""
    return sum(len(word) > k for word in text.split())


@problem(
    difficulty="medium",
    names=("is_palindrome", "reads_same", "is_mirrored", "same_backwards"),
    constants={"k": range(2, 6)},
    inputs=lambda random, k: (
        random.choice(
            (
                "level",
                "noon",
                "Kayak",
                "Radar",
                "ab",
                "aa",
                "Civic",
                "apple",
                "Stone",
                "abba",
                "a",
                "racecar",
                "Bob",
            )
        ),
    ),
    edges=(("",), ("Racecar",), ("abc",)),
    mutant=(".lower()", ""),
)
def palindrome(word, *, k):
    """Return True if `word` has at least $k letters and reads the same forwards and backwards, where upper and lower
    case make no difference; otherwise return False.
    """
    word = word.lower()
    return len(word) >= k and word == word[::-1]


@problem(
    difficulty="medium",
    names=("hide_letters", "mask_vowels", "replace_vowels", "censor"),
    constants={"mark": "*#-_.?!"},
    inputs=lambda random, mark: (sentence(random, 1, 4),),
    edges=(("",), ("AEIOU aeiou",), ("rhythm",)),
    mutant=("aeiouAEIOU", "aeiou"),
)
def vowels_hidden(text, *, mark):
    """Return `text` with every vowel (a, e, i, o, u, in upper or lower case) replaced by "$mark"."""
    return "".join(mark if letter in "aeiouAEIOU" else letter for letter in text)


@problem(
    difficulty="medium",
    names=("swap_ends", "turn_words", "reverse_words", "backward_words"),
    constants={"separator": (" ", "-", "_", "/", ",")},
    inputs=lambda random, separator: (separator.join(words(random, 1, 6)),),
    edges=(("",), ("one",), ("a b-c_d/e,f",)),
    mutant=("[::-1]", "[:]"),
)
def words_reversed(text, *, separator):
    """`text` consists of parts with "$separator" between them. Return the parts in reverse order, again with
    "$separator" between them. The letters inside of each part stay in order.
    """
    return separator.join(text.split(separator)[::-1])


@problem(
    difficulty="medium",
    names=("every_nth", "pick_letters", "sample_letters", "skip_letters"),
    constants={"k": range(2, 6)},
    inputs=lambda random, k: (sentence(random, 2, 4).replace(" ", ""),),
    edges=(("",), ("a",), ("abcdefgh",)),
    mutant=("k - 1", "0"),
)
def nth_letters(text, *, k):
    """Return a string of every ${k}th character of `text`: the ${k}th, the one $k places after it, and so on."""
    return text[k - 1 :: k]


@problem(
    difficulty="hard",
    names=("shift_letters", "caesar", "rotate_letters", "encode_shift"),
    constants={"k": range(2, 25)},
    inputs=lambda random, k: (sentence(random, 1, 4) + random.choice(("!", "", ".", "?")),),
    edges=(("",), ("xyz XYZ",), ("a-b c1",)),
    mutant=("% 26", "% 25"),
)
def caesar_cipher(text, *, k):
    """Return `text` with every letter moved forward by $k places in the alphabet, going on with "a" after "z".
    Upper case stays upper case, lower case stays lower case, and all other characters stay as they are.
    """
    result = ""
    for letter in text:
        if letter.isalpha():
            start = ord("a") if letter.islower() else ord("A")
            result += chr(start + (ord(letter) - start + k) % 26)
        else:
            result += letter
    return result


@problem(
    difficulty="hard",
    names=("compress_runs", "run_lengths", "pack_letters", "shorten_runs"),
    constants={"k": range(2, 5)},
    inputs=lambda random, k: (letters(random, "aab", 3, 12),),
    edges=(("",), ("a",), ("aaaaabb",), ("abab",)),
    boundaries=lambda k: (("b" + "a" * k,),),
    mutant=(">= k", "> k"),
)
def runs_packed(text, *, k):
    """Return `text` with every run of $k or more equal letters written as the letter followed by the length of the
    run. Shorter runs stay as they are.
    """
    result = ""
    position = 0
    while position < len(text):
        end = position
        while end < len(text) and text[end] == text[position]:
            end += 1
        run = text[position:end]
        result += f"{run[0]}{len(run)}" if len(run) >= k else run
        position = end
    return result


@problem(
    difficulty="hard",
    names=("wrap_words", "break_lines", "fill_lines", "to_lines"),
    constants={"width": range(8, 20)},
    inputs=lambda random, width: (sentence(random, 3, 10),),
    edges=(("",), ("one",), ("a bb ccc dddd ee f gg hhh",)),
    boundaries=lambda width: (("a" * (width - 2) + " b c",),),
    mutant=("<= width", "< width"),
)
def wrapped(text, *, width):
    """Break `text` (words separated by single spaces) into lines of at most $width characters and return the list of
    lines. Each line takes as many words as fit, with single spaces between them. No word is longer than a line.
    """
    lines = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


@problem(
    difficulty="hard",
    names=("longest_without", "longest_run_without", "best_stretch", "longest_stretch"),
    constants={"letter": "aeiost"},
    inputs=lambda random, letter: (sentence(random, 2, 6).lower(),),
    edges=(("",), ("aaa",), ("bcd",), ("bca cb",)),
    boundaries=lambda letter: ((f"xy{letter}zw{letter}u",), (letter,)),
    mutant=("> len(best)", ">= len(best)"),
)
def stretch_without(text, *, letter):
    """Return the longest part of `text` (consecutive characters) that does not contain the letter "$letter". If
    several parts are equally long, return the first one.
    """
    best = ""
    for part in text.split(letter):
        if len(part) > len(best):
            best = part
    return best

"""Problems that read structured text."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import integers, letters, words
from prompts.code_problems.problem import problem


@problem(
    difficulty="easy",
    names=("parse_numbers", "read_numbers", "to_numbers", "numbers_from"),
    constants={"separator": (",", ";", "-", " ", "/", "|", ":")},
    inputs=lambda random, separator: (separator.join(map(str, integers(random, 2, 6, 0, 99))),),
    edges=(("7",),),
    mutant=("int(part)", "part"),
)
def numbers_in(text, *, separator):
    """`text` is one or more non-negative integers with "$separator" between them. Return the list of them."""
    return [int(part) for part in text.split(separator)]


@problem(
    difficulty="easy",
    names=("get_extension", "file_ending", "suffix_of", "last_part"),
    constants={"mark": "._@#:"},
    inputs=lambda random, mark: (mark.join(words(random, 1, 4)),),
    edges=(("",), ("a.b_c@d#e:f",)),
    mutant=("[-1]", "[0]"),
)
def after_last(text, *, mark):
    """Return the part of `text` after the last "$mark", or all of `text` if there is no "$mark" in it."""
    return text.split(mark)[-1]


@problem(
    difficulty="easy",
    names=("strip_marks", "clean_text", "remove_marks", "without_marks"),
    constants={"mark": "*#-_~+"},
    inputs=lambda random, mark: (
        mark * random.randint(0, 3) + mark.join(words(random, 1, 2)) + mark * random.randint(0, 3),
    ),
    edges=(("",), ("*#-_~+",)),
    boundaries=lambda mark: ((f"{mark}a{mark}b c{mark}",),),
    mutant=("''", "' '"),
)
def cleaned(text, *, mark):
    """Return `text` without any "$mark" characters."""
    return text.replace(mark, "")


@problem(
    difficulty="easy",
    names=("is_comment", "starts_comment", "comment_line", "looks_like_comment"),
    constants={"mark": ("#", "//", "--", ";", "%", "rem ")},
    inputs=lambda random, mark: (
        " " * random.randint(0, 3) + random.choice((mark, "", "x" + mark)) + words(random, 1, 1)[0],
    ),
    edges=(("",), ("   ",)),
    boundaries=lambda mark: ((f" {mark}a",), (f"a {mark}",)),
    mutant=(".lstrip()", ""),
)
def comment(line, *, mark):
    """Return True if `line` begins with "$mark", where spaces at its beginning do not count, otherwise False."""
    return line.lstrip().startswith(mark)


@problem(
    difficulty="medium",
    names=("parse_settings", "read_pairs", "to_dictionary", "parse_fields"),
    constants={"separator": ";,|&", "equals": "=:>"},
    inputs=lambda random, separator, equals: (
        separator.join(f"{word}{equals}{random.randint(0, 99)}" for word in words(random, 1, 4)),
    ),
    edges=(("",),),
    mutant=("int(value)", "value"),
)
def settings(text, *, separator, equals):
    """`text` consists of fields like "key${equals}12", with "$separator" between them. Return a dictionary from keys
    to values (as integers). If a key occurs again, its last value counts. An empty text gives an empty dictionary.
    """
    table = {}
    for part in text.split(separator) if text else []:
        key, value = part.split(equals)
        table[key] = int(value)
    return table


@problem(
    difficulty="medium",
    names=("sum_numbers_in", "add_numbers_in", "total_in_text", "numbers_total"),
    constants={"k": range(5, 60)},
    inputs=lambda random, k: (
        " ".join(random.choice((str(random.randint(0, 99)), word)) for word in words(random, 3, 7)),
    ),
    edges=(("",), ("a b",)),
    boundaries=lambda k: ((f"{k} a {k + 1}",),),
    mutant=("> k", ">= 0"),
)
def number_sum(text, *, k):
    """`text` consists of words separated by single spaces; some of them are made of digits only. Return the sum of
    those numbers that are greater than $k.
    """
    return sum(int(word) for word in text.split() if word.isdigit() and int(word) > k)


@problem(
    difficulty="medium",
    names=("parse_time", "time_to_seconds", "clock_seconds", "seconds_of"),
    constants={"mark": ":.h-"},
    inputs=lambda random, mark: (
        mark.join(f"{random.randint(0, 59):02d}" for _ in range(random.randint(1, 3))),
    ),
    edges=(("00",), ("59",)),
    mutant=("* 60", "* 100"),
)
def seconds(text, *, mark):
    """`text` is a time in the form "seconds", "minutes${mark}seconds" or "hours${mark}minutes${mark}seconds".
    Return it in seconds.
    """
    total = 0
    for part in text.split(mark):
        total = total * 60 + int(part)
    return total


@problem(
    difficulty="medium",
    names=("between_marks", "extract_inner", "inner_text", "text_between"),
    constants={"left": "([{<", "right": "!|/;"},
    inputs=lambda random, left, right: (
        random.choice(("", "a "))
        + left
        + words(random, 1, 1)[0]
        + random.choice((right, "", right + right + "z")),
    ),
    edges=(("",), ("([{<",)),
    boundaries=lambda left, right: ((f"{right}a{left}bc{right}d",), (f"{right}{left}",)),
    mutant=("[start + 1", "[start"),
)
def inner(text, *, left, right):
    """Return the part of `text` between the first "$left" and the first "$right" that comes after it. If one of them
    is missing, return an empty string.
    """
    start = text.find(left)
    end = text.find(right, start + 1)
    return text[start + 1 : end] if start >= 0 and end >= 0 else ""


@problem(
    difficulty="medium",
    names=("column_of", "read_column", "table_column", "pick_column"),
    constants={"k": range(1, 4), "separator": ",;|"},
    inputs=lambda random, k, separator: (
        "\n".join(separator.join(words(random, 1, 5)) for _ in range(random.randint(2, 4))),
    ),
    edges=(("a,b,c,d;e;f;g|h|i|j",), ("x",)),
    mutant=("''", "None"),
)
def column(text, *, k, separator):
    """`text` is a table: lines (separated by line breaks) of cells (separated by "$separator"). Return the list of
    the cells in column $k, where the first column is column 0; a line with too few cells gives an empty string.
    """
    rows = [line.split(separator) for line in text.split("\n")]
    return [row[k] if len(row) > k else "" for row in rows]


@problem(
    difficulty="hard",
    names=("is_balanced", "brackets_match", "check_brackets", "well_nested"),
    constants={"k": range(1, 5)},
    inputs=lambda random, k: (
        random.choice(("", "(a)", "([])", "{()}[]", "((()))", "[[[[x]]]]")) + letters(random, "()[a]", 0, 4),
    ),
    edges=(
        ("",),
        ("([)]",),
        ("((",),
        ("())",),
        ("()",),
        ("(())",),
        ("((()))",),
        ("(((())))",),
        ("((((()))))",),
    ),
    mutant=("> k", ">= k"),
)
def balanced(text, *, k):
    """Return True if the brackets (), [] and {} in `text` are closed in the right order by the right kind and are
    never nested more than $k deep, otherwise False. Other characters do not matter.
    """
    opened = []
    for letter in text:
        if letter in "([{":
            opened.append(letter)
            if len(opened) > k:
                return False
        elif letter in ")]}" and (not opened or opened.pop() + letter not in ("()", "[]", "{}")):
            return False
    return not opened


@problem(
    difficulty="hard",
    names=("evaluate_postfix", "calculate_postfix", "run_postfix", "stack_calculator"),
    constants={"k": range(2, 60)},
    inputs=lambda random, k: (
        random.choice(("{} {} + {} *", "{} {} {} - *", "{} {} *", "{} {} - {} +")).format(
            *integers(random, 3, 3, 0, 20)
        ),
    ),
    edges=(("5",), ("x",), ("x 2 -",), ("1 2 3 4 + + -",)),
    mutant=("a - b", "b - a"),
)
def postfix(text, *, k):
    """Evaluate an expression in postfix notation: numbers and the operators +, - and *, separated by single spaces,
    where each operator takes the two values before it. "x" stands for the value $k. Return the result as an integer.
    """
    stack = []
    for token in text.split():
        if token in ("+", "-", "*"):
            b, a = stack.pop(), stack.pop()
            stack.append(a + b if token == "+" else a - b if token == "-" else a * b)
        else:
            stack.append(k if token == "x" else int(token))
    return stack.pop()


@problem(
    difficulty="hard",
    names=("expand_ranges", "page_numbers", "parse_ranges", "list_pages"),
    constants={"mark": ("-", "..", "~", " to "), "separator": ",;"},
    inputs=lambda random, mark, separator: (
        separator.join(
            random.choice((str(start), f"{start}{mark}{start + random.randint(0, 5)}"))
            for start in integers(random, 1, 4, 1, 40)
        ),
    ),
    edges=(("",), ("3",)),
    mutant=("+ 1", "+ 0"),
)
def pages(text, *, mark, separator):
    """`text` lists pages and ranges of pages ("3" or "5${mark}8") with "$separator" between them. Return the
    ascending list of all pages meant, both ends of a range included, each page once. An empty text gives an empty
    list.
    """
    found = set()
    for part in text.split(separator) if text else []:
        first, _, last = part.partition(mark)
        found.update(range(int(first), int(last or first) + 1))
    return sorted(found)


@problem(
    difficulty="hard",
    names=("unpack_counts", "expand_code", "decode_repeats", "unfold"),
    constants={"opening": "(", "k": range(2, 6)},
    inputs=lambda random, opening, k: (
        random.choice(("{}({})", "{}({}x)", "a{}({})b", "2({}({}))", "({})({})")).format(
            random.randint(1, 4), letters(random, "abc", 1, 3)
        ),
    ),
    edges=(("",), ("ab",), ("(ab)",), ("12(a)",), ("3(a2(b))c",)),
    mutant=("else k", "else 1"),
)
def expanded(text, *, opening, k):
    """`text` consists of lower-case letters and of groups: a number and a text of the same kind in round brackets,
    like "3(ab)", which stands for that many copies of it. A group without a number, like "(ab)", stands for $k
    copies. Groups may be nested. Return the text with all groups written out.
    """
    stack = [""]
    counts = []
    number = ""
    for letter in text:
        if letter.isdigit():
            number += letter
        elif letter == opening:
            counts.append(int(number) if number else k)
            stack.append("")
            number = ""
        elif letter == ")":
            group = stack.pop() * counts.pop()
            stack[-1] += group
        else:
            stack[-1] += letter
    return stack[0]

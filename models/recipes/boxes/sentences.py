"""Scenes of three boxes and sentences about them, drawn at random, with whether each is true.

The world is that of NLVR (Suhr et al. 2017): three grey boxes of 100 x 100, in each a tower of one to four blocks, or one to eight shapes in
three sizes and three colours. The sentences are a grammar of ours, written from what that paper tells of the corpus and not from its
sentences; people say more, and say it otherwise.
"""
import random

SIDE = 100
COLOURS = ("yellow", "black", "blue")
SHAPES = ("circle", "triangle", "square")
SIZES = (10, 20, 30)
ORDINALS = ("first", "second", "third", "fourth")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


class Thing:
    __slots__ = ("box", "x", "y", "size", "shape", "colour", "touches")

    def __init__(self, box, x, y, size, shape, colour):
        self.box, self.x, self.y, self.size, self.shape, self.colour = box, x, y, size, shape, colour
        self.touches = {
            side for side, is_there in (
                ("left", x <= 0), ("right", x + size >= SIDE), ("top", y <= 0), ("bottom", y + size >= SIDE),
            ) if is_there
        }


def tower(r, box):
    return [Thing(box, 40, 80 - 21 * level, 20, 2, r.randrange(3)) for level in range(r.randint(1, 4))]


def scatter(r, box):
    things = []
    for _ in range(r.choice((1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8))):
        for _ in range(20):
            size = r.choice(SIZES)
            x, y = (r.choice((0, SIDE - size)) if r.random() < 0.14 else r.randint(0, SIDE - size) for _ in "xy")
            if things and r.random() < 0.2:
                other = r.choice(things)
                x, y = beside(r, other, size)
            if not (0 <= x <= SIDE - size and 0 <= y <= SIDE - size):
                continue
            if all(gap(x, y, size, other) >= 1 for other in things):
                things.append(Thing(box, x, y, size, r.randrange(3), r.randrange(3)))
                break
    return things


def beside(r, other, size):
    way = r.randrange(4)
    along = r.randint(-size // 2, other.size // 2)
    if way == 0:
        return other.x - size - 1, other.y + along
    if way == 1:
        return other.x + other.size + 1, other.y + along
    if way == 2:
        return other.x + along, other.y - size - 1
    return other.x + along, other.y + other.size + 1


def gap(x, y, size, other):
    return max(x - other.x - other.size, other.x - x - size, y - other.y - other.size, other.y - y - size)


def touch(a, b):
    return a is not b and a.box == b.box and gap(a.x, a.y, a.size, b) <= 2


def scene(r, kind):
    """Three boxes; towers go from the base up."""
    return [(tower if kind == "towers" else scatter)(r, box) for box in range(3)]


def plural(word):
    return word + ("es" if word.endswith("x") else "s")


class Noun:
    """What things are called: colour, size, shape, and where."""

    def __init__(self, r, things, kind, least=0, place=0.2, colour=0.75):
        model = r.choice(things) if things and r.random() < 0.85 else None
        of = lambda key, count: getattr(model, key) if model else r.randrange(count)
        self.colour = of("colour", 3) if r.random() < colour else None
        self.shape = self.size = self.side = None
        word = ""
        if kind == "scatter":
            if r.random() < 0.6:
                self.shape = of("shape", 3)
            if r.random() < 0.12:
                self.size = model.size if model else r.choice(SIZES)
            word = SHAPES[self.shape] if self.shape is not None else r.choice(("item", "item", "object", "object", "thing", "shape"))
            if r.random() < place:
                sides = list(model.touches) if model and model.touches and r.random() < 0.7 else ["left", "right", "top", "bottom"]
                self.side = r.choice(sides + ["wall"] * 4 + ["corner", "none", "none"])
        else:
            word = r.choice(("block", "block", "block", "square", "box" if False else "item", "object"))
        adjectives = []
        if self.size is not None:
            adjectives.append(r.choice({10: ("small", "little", "tiny"), 20: ("medium", "medium sized"), 30: ("big", "large")}[self.size]))
        if self.colour is not None:
            adjectives.append(COLOURS[self.colour])
        if not adjectives and r.random() < 0.05:
            adjectives.append("colored")
        self.one = " ".join(adjectives + [word])
        self.many = " ".join(adjectives + [plural(word)])
        self.where = place_words(r, self.side)
        self.r = r

    def say(self, number):
        its = self.one if number == 1 else self.many
        if not self.where:
            return its
        link = self.r.choice(("", "", "that is " if number == 1 else "that are ", "which is " if number == 1 else "which are "))
        return f"{its} {link}{self.where}"

    def of(self, thing):
        if self.colour is not None and thing.colour != self.colour:
            return False
        if self.shape is not None and thing.shape != self.shape:
            return False
        if self.size is not None and thing.size != self.size:
            return False
        return is_at(thing, self.side)

    def pick(self, things):
        return [thing for thing in things if self.of(thing)]


def is_at(thing, side):
    if side is None:
        return True
    if side == "wall":
        return bool(thing.touches)
    if side == "none":
        return not thing.touches
    if side == "corner":
        return len(thing.touches) >= 2
    return side in thing.touches


def place_words(r, side):
    if side is None:
        return ""
    near = r.choice(("touching", "touching", "touching", "closely touching", "attached to", "nearly touching", "close to", "on", "along"))
    wall = r.choice(("wall", "edge", "side", "border"))
    if side == "wall":
        return f"{near} {r.choice(('the', 'the', 'a', 'any', 'an', 'one'))} {wall}"
    if side == "none":
        return r.choice((f"not touching {r.choice(('the', 'a', 'any'))} {wall}", f"not touching any {plural(wall) if wall != 'box' else wall}",
                         f"not close to {r.choice(('the', 'any'))} {wall}", "touching no edge", "not attached to any wall"))
    if side == "corner":
        return r.choice(("in the corner", "in a corner", "touching a corner", "touching the corner", "at the corner", "closely touching a corner"))
    if side == "bottom":
        return r.choice((f"{near} the {r.choice(('base', 'bottom', 'floor', 'bottom edge', 'bottom wall', 'bottom of the box', 'base of the box', 'lower edge'))}", "at the bottom", "at the base"))
    if side == "top":
        return r.choice((f"{near} the {r.choice(('top', 'ceiling', 'top edge', 'top wall', 'top of the box', 'upper edge'))}", "at the top"))
    return f"{near} the {side} {r.choice(('wall', 'edge', 'side', 'border', ''))}".strip()


class Number:
    """How many: words, whether one or many follow, and what counts hold."""

    def __init__(self, r, count, simple=False):
        n = max(0, count + r.choice((0, 0, 0, 0, -1, 1)))
        word = lambda k: NUMBERS[k] if 0 < k < 9 and r.random() < 0.6 else str(k)
        kinds = ["a", "n", "exactly", "least"] + ([] if simple else ["n", "exactly", "least", "most", "only", "more", "less", "no"])
        kind = r.choice(kinds)
        if n == 0 and kind not in ("no", "most", "more"):
            kind = r.choice(("no", "a"))
        if n > 1 and kind in ("a", "no") and r.random() < 0.5:
            kind = "n"
        self.grammar = 1 if (kind in ("a",) or n == 1) else 2
        if kind == "a":
            self.words, self.holds = r.choice(("a", "a", "at least one", "one", "at least 1", "a")), lambda c: c >= 1
            if self.words == "one":
                self.holds = lambda c: c == 1
            self.grammar = 1
        elif kind == "n":
            self.words, self.holds = word(n), lambda c: c == n
        elif kind == "exactly":
            self.words, self.holds = f"{r.choice(('exactly', 'exactly', 'precisely'))} {word(n)}", lambda c: c == n
        elif kind == "only":
            self.words, self.holds = f"only {word(n)}", lambda c: c == n
        elif kind == "least":
            self.words, self.holds = f"at least {word(n)}", lambda c: c >= n
        elif kind == "most":
            n = max(n, 1)
            self.words, self.holds = f"at most {word(n)}", lambda c: c <= n
            self.grammar = 1 if n == 1 else 2
        elif kind == "more":
            self.words, self.holds, self.grammar = f"more than {word(max(n, 1))}", lambda c: c > max(n, 1), 2
        elif kind == "less":
            self.words, self.holds, self.grammar = f"{r.choice(('less', 'fewer'))} than {word(max(n, 2))}", lambda c: c < max(n, 2), 2
        else:
            self.words, self.holds, self.grammar = "no", lambda c: c == 0, r.choice((1, 2))

    def say(self, noun):
        said = noun.say(self.grammar)
        words = self.words
        if words == "a" and said[0] in "aeiou":
            words = "an"
        return f"{words} {said}"


def be(number, r):
    return "is" if number.grammar == 1 else ("are" if r.random() < 0.9 else "is")


def has(r, many=False):
    return r.choice(("have", "contain", "with", "have") if many else ("has", "contains", "with", "has", "containing"))


BOX = ("box", "box", "box", "grey box", "gray box", "square", "image")


def there(r, number):
    return r.choice((f"there {be(number, r)}", f"there {be(number, r)}", f"there {be(number, r)}", "the picture has", "we can see", ""))


def in_total(r, boxes, kind):
    things = sum(boxes, [])
    noun = Noun(r, things, kind, place=0.35)
    found = noun.pick(things)
    number = Number(r, min(len(found), 8))
    return f"{there(r, number)} {number.say(noun)}", number.holds(len(found)), found


def a_box(r, boxes, kind):
    its = r.choice(boxes)
    noun = Noun(r, its, kind, place=0.3)
    number = Number(r, len(noun.pick(its)))
    counts = [len(noun.pick(box)) for box in boxes]
    name = r.choice(BOX) if kind == "scatter" or r.random() < 0.2 else "tower"
    begin = r.choice((f"there is a {name} {has(r)}", f"there is a {name} with", f"one {name} {has(r)}", f"a {name} {has(r)}", f"one of the {plural(name)} {has(r)}",
                      f"there is at least one {name} with", f"at least one {name} {has(r)}"))
    return f"{begin} {number.say(noun)}", any(map(number.holds, counts)), noun.pick(sum(boxes, []))


def some_boxes(r, boxes, kind):
    its = r.choice(boxes)
    noun = Noun(r, its, kind)
    number = Number(r, len(noun.pick(its)))
    right = sum(number.holds(len(noun.pick(box))) for box in boxes)
    how_many = Number(r, min(3, right))
    name = r.choice(BOX) if kind == "scatter" or r.random() < 0.2 else "tower"
    names = name if how_many.grammar == 1 else plural(name)
    verb = has(r, how_many.grammar != 1)
    begin = r.choice((f"there {be(how_many, r)} {how_many.words} {names} with", f"{how_many.words} {names} {verb}", f"there {be(how_many, r)} {how_many.words} {names} that {verb}"))
    return f"{begin} {number.say(noun)}", how_many.holds(right), noun.pick(sum(boxes, []))


def all_boxes(r, boxes, kind):
    its = r.choice(boxes)
    noun = Noun(r, its, kind)
    number = Number(r, len(noun.pick(its)), r.random() < 0.5)
    truth = all(number.holds(len(noun.pick(box))) for box in boxes)
    name = r.choice(BOX) if kind == "scatter" or r.random() < 0.2 else "tower"
    said = number.say(noun)
    return r.choice((
        f"each {name} {has(r)} {said}", f"every {name} {has(r)} {said}", f"all {plural(name)} {has(r, True)} {said}", f"all the {plural(name)} {has(r, True)} {said}",
        f"there {be(number, r)} {said} in {r.choice(('each', 'every'))} {name}", f"there {be(number, r)} {said} in all {plural(name)}", f"each of the {plural(name)} {has(r)} {said}",
        f"all three {plural(name)} {has(r, True)} {said}", f"in each {name} there {be(number, r)} {said}",
    )), truth, noun.pick(sum(boxes, []))


def both(r, boxes, kind):
    its = r.choice(boxes)
    a, b = Noun(r, its, kind, place=0.1), Noun(r, its, kind, place=0.1)
    m, n = Number(r, len(a.pick(its)), True), Number(r, len(b.pick(its)), r.random() < 0.5)
    truth = any(m.holds(len(a.pick(box))) and n.holds(len(b.pick(box))) for box in boxes)
    name = r.choice(BOX) if kind == "scatter" else "tower"
    join = r.choice(("and", "and", "but", "and also", "as well as"))
    begin = r.choice((f"there is a {name} with", f"a {name} {has(r)}", f"one {name} {has(r)}", f"there is one {name} that has"))
    if r.random() < 0.25:
        begin, truth = f"{r.choice(('each', 'every'))} {name} {has(r)}", all(m.holds(len(a.pick(box))) and n.holds(len(b.pick(box))) for box in boxes)
    return f"{begin} {m.say(a)} {join} {n.say(b)}", truth, a.pick(sum(boxes, []))


def near(r, boxes, kind):
    things = sum(boxes, [])
    pairs = [(a, b) for a in things for b in things if touch(a, b)]
    one = r.choice(pairs) if pairs and r.random() < 0.8 else (r.choice(things), r.choice(things))
    a, b = Noun(r, [one[0]], kind, place=0, colour=0.8), Noun(r, [one[1]], kind, place=0, colour=0.8)
    found = [x for x in a.pick(things) if any(touch(x, y) for y in b.pick(things))]
    number = Number(r, min(1, len(found)), True)
    way = r.choice(("touching", "touching", "touching", "closely touching", "attached to", "right next to", "close to", "that is touching", "next to"))
    said = f"{number.say(a)} {way} a {b.say(1)}"
    name = r.choice(BOX)
    if r.random() < 0.5:
        return f"there {be(number, r)} {said}", number.holds(len(found)), found
    counts = [sum(x.box == box for x in found) for box in range(3)]
    return f"{r.choice((f'there is a {name} with', f'a {name} {has(r)}', f'there is at least one {name} with'))} {said}", any(map(number.holds, counts)), found


def above(r, boxes, kind):
    things = sum(boxes, [])
    a, b = Noun(r, r.choice(boxes), kind, place=0), Noun(r, r.choice(boxes), kind, place=0)
    over = r.random() < 0.5
    good = lambda x, y: x.box == y.box and (x.y + x.size <= y.y if over else x.y >= y.y + y.size)
    found = [x for x in a.pick(things) if any(good(x, y) for y in b.pick(things) if x is not y)]
    way = r.choice(("above", "over", "higher than") if over else ("below", "under", "beneath", "underneath", "lower than"))
    return f"{r.choice(('there is', f'there is a {r.choice(BOX)} with', 'one box has'))} a {a.say(1)} {way} a {b.say(1)}", bool(found), found


def all_are(r, boxes, kind):
    things = sum(boxes, [])
    noun = Noun(r, things, kind, place=0)
    found = noun.pick(things)
    if r.random() < 0.6 and kind == "scatter":
        side = r.choice(["wall", "none", "bottom", "top", "left", "right", "corner"])
        where, good = place_words(r, side), lambda x: is_at(x, side)
    elif r.random() < 0.5 and kind == "scatter":
        shape = r.randrange(3)
        where, good = r.choice((f"{SHAPES[shape]}s", SHAPES[shape])), lambda x: x.shape == shape
    else:
        colour = r.choice(found).colour if found and r.random() < 0.8 else r.randrange(3)
        where, good = COLOURS[colour], lambda x: x.colour == colour
    hits = sum(map(good, found))
    way = r.randrange(5)
    if way == 0:
        return f"{r.choice(('none of the', 'no'))} {noun.many} {r.choice(('are', 'is'))} {where}", hits == 0, found
    if way == 1:
        return f"not all {noun.many} are {where}", hits < len(found), found
    if way == 2:
        number = Number(r, hits)
        return f"{number.words} {noun.say(number.grammar)} {be(number, r)} {where}", number.holds(hits), [x for x in found if good(x)]
    return r.choice((f"all {noun.many} are {where}", f"all the {noun.many} are {where}", f"every {noun.one} is {where}", f"each {noun.one} is {where}")), hits == len(found), found


def of_box(r, boxes, kind):
    """What holds of all in a box: its colours, only one colour, only one shape, how many in all."""
    name = r.choice(BOX) if kind == "scatter" or r.random() < 0.3 else "tower"
    word = r.choice(("items", "objects", "things", "shapes") if kind == "scatter" else ("blocks", "blocks", "squares", "items"))
    way = r.randrange(7)
    its = r.choice(boxes)
    shape = None
    if way == 0:
        n = len({x.colour for x in its})
        text = r.choice((f"{word} of {NUMBERS[n]} different {r.choice(('colors', 'colours', 'color'))}", f"{word} in {NUMBERS[n]} different colors", f"{NUMBERS[n]} different colors", f"{n} different colored {word}")) if n > 1 else r.choice(
            (f"{word} of the same color", f"only one color of {word}", f"all {word} of the same color", f"all {word} in the same color", f"only same colored {word}"))
        good = lambda box: len({x.colour for x in box}) == n
    elif way == 1:
        colour = r.choice(its).colour
        text = r.choice((f"only {COLOURS[colour]} {word}", f"{word} that are all {COLOURS[colour]}", f"all {COLOURS[colour]} {word}", f"only {word} that are {COLOURS[colour]}", f"all {word} {COLOURS[colour]}"))
        good = lambda box: all(x.colour == colour for x in box)
    elif way == 2 and kind == "scatter":
        shape = r.choice(its).shape
        text = r.choice((f"only {SHAPES[shape]}s", f"all {SHAPES[shape]}s", f"{word} that are all {SHAPES[shape]}s"))
        good = lambda box: all(x.shape == shape for x in box)
    elif way == 3:
        a, b = r.sample(range(3), 2)
        sign = r.randrange(3)
        count = lambda box, c: sum(x.colour == c for x in box)
        text = (f"more {COLOURS[a]} {word} than {COLOURS[b]} {word}", f"less {COLOURS[a]} than {COLOURS[b]} {word}", f"the same number of {COLOURS[a]} and {COLOURS[b]} {word}")[sign]
        good = lambda box: (count(box, a) > count(box, b), count(box, a) < count(box, b), count(box, a) == count(box, b))[sign]
    elif way == 4:
        text, good = r.choice(("all three colors", "all 3 different colors", "all the colors", f"{word} of all three colors", "all three different colors")), lambda box: len({x.colour for x in box}) == 3
    elif way == 5:
        a, b = r.sample(range(3), 2)
        text, good = f"only {COLOURS[a]} and {COLOURS[b]} {word}", lambda box: all(x.colour in (a, b) for x in box) and len({x.colour for x in box}) == 2
    else:
        number = Number(r, len(its))
        text, good = f"{number.words} {word if number.grammar != 1 else word[:-1]}", lambda box: number.holds(len(box))
    hits = [good(box) for box in boxes]
    how = r.randrange(4)
    if how == 0:
        number = Number(r, sum(hits))
        names = name if number.grammar == 1 else plural(name)
        return f"there {be(number, r)} {number.words} {names} with {text}", number.holds(sum(hits)), []
    if how == 1:
        return r.choice((f"each {name} {has(r)} {text}", f"every {name} {has(r)} {text}", f"all {plural(name)} {has(r, True)} {text}")), all(hits), []
    if how == 2:
        return r.choice((f"there is no {name} with {text}", f"none of the {plural(name)} {has(r, True)} {text}")), not any(hits), []
    return r.choice((f"there is a {name} with {text}", f"a {name} {has(r)} {text}", f"one {name} {has(r)} {text}", f"there is at least one {name} with {text}")), any(hits), []


TOPS = ("at the top", "on the top", "on top", "at its top", "as the top", "at top")
BASES = ("at the base", "at the bottom", "as the base", "on the base", "at its base", "as its base", "at base", "on the bottom")


def of_tower(r, boxes):
    """Words about one tower, and what holds of it."""
    its = r.choice(boxes)
    way = r.randrange(9)
    c = lambda x: COLOURS[x.colour]
    block = r.choice(("block", "block", "block", "square", "item"))
    if way == 0:
        number = Number(r, len(its))
        return f"{number.words} {block if number.grammar == 1 else plural(block)}", lambda t: number.holds(len(t))
    if way == 1:
        top = its[-1].colour
        return r.choice((f"a {c(its[-1])} {block} {r.choice(TOPS)}", f"a {c(its[-1])} top", f"{c(its[-1])} {r.choice(TOPS)}", f"the top {block} {c(its[-1])}")), lambda t: t[-1].colour == top
    if way == 2:
        base = its[0].colour
        return r.choice((f"a {c(its[0])} {block} {r.choice(BASES)}", f"a {c(its[0])} base", f"{c(its[0])} {r.choice(BASES)}", f"the base {c(its[0])}")), lambda t: t[0].colour == base
    if way == 3 and len(its) > 1:
        i = r.randrange(len(its) - 1)
        low, high = its[i].colour, its[i + 1].colour
        good = lambda t: any(a.colour == low and b.colour == high for a, b in zip(t, t[1:]))
        return r.choice((f"a {COLOURS[high]} {block} {r.choice(('over', 'on top of', 'above', 'directly above', 'directly over', 'on'))} a {COLOURS[low]} {block}",
                         f"a {COLOURS[low]} {block} {r.choice(('below', 'under', 'beneath', 'directly below'))} a {COLOURS[high]} {block}",
                         f"a {COLOURS[low]} {block} and a {COLOURS[high]} {block} {r.choice(('on top of it', 'over it', 'above it'))}")), good
    if way == 4 and len(its) > 1:
        i = r.randrange(1, len(its))
        colour = its[i].colour
        return r.choice((f"the {ORDINALS[i]} {block} from the {r.choice(('base', 'bottom'))} {'being ' if r.random() < .5 else ''}{COLOURS[colour]}", f"a {COLOURS[colour]} {block} {r.choice(('as', 'at'))} the {ORDINALS[i]} from the base", f"the {ORDINALS[i]} {block} {COLOURS[colour]}")), lambda t: len(t) > i and t[i].colour == colour
    if way == 5 and len(its) > 1:
        colour = its[-2].colour
        return r.choice((f"a {COLOURS[colour]} {block} below the top {block}", f"a {COLOURS[colour]} {block} second from the top", f"the second {block} from the top {COLOURS[colour]}")), lambda t: len(t) > 1 and t[-2].colour == colour
    if way == 6:
        colour = r.choice(its).colour
        number = Number(r, sum(x.colour == colour for x in its))
        return f"{number.words} {COLOURS[colour]} {block if number.grammar == 1 else plural(block)}", lambda t: number.holds(sum(x.colour == colour for x in t))
    if way == 7:
        colour = its[-1].colour
        return r.choice((f"{block}s of the same color", f"the same color at the top and {r.choice(('base', 'bottom'))}", )), (lambda t: t[0].colour == t[-1].colour) if False else (lambda t: len({x.colour for x in t}) == 1)
    n = len({x.colour for x in its})
    return r.choice((f"{NUMBERS[n]} different colors", f"{block}s of {NUMBERS[n]} colors", f"{block}s in {NUMBERS[n]} different colors")) if n > 1 else f"only one color", lambda t: len({x.colour for x in t}) == n


def towers(r, boxes, kind):
    first, good = of_tower(r, boxes)
    text, test = first, good
    if r.random() < 0.4:
        second, also = of_tower(r, boxes)
        text, test = f"{first} {r.choice(('and', 'and', 'with', 'that has', 'and has', 'which has'))} {second}", lambda t: good(t) and also(t)
    hits = [test(t) for t in boxes]
    name = r.choice(("tower", "tower", "tower", "tower", "stack", "box"))
    way = r.randrange(6)
    with_ = r.choice(("with", "with", "that has", "which has", "having", "consisting of" if "block" in text else "with"))
    if way == 0:
        number = Number(r, sum(hits))
        names = name if number.grammar == 1 else plural(name)
        return f"there {be(number, r)} {number.words} {names} {with_} {text}", number.holds(sum(hits)), sum((t for t, is_it in zip(boxes, hits) if is_it), [])
    if way == 1:
        return r.choice((f"each {name} has {text}", f"every {name} has {text}", f"all {plural(name)} have {text}", f"all the {plural(name)} have {text}", f"all three {plural(name)} have {text}")), all(hits), []
    if way == 2 and r.random() < 0.4:
        return f"there is no {name} with {text}", not any(hits), []
    return r.choice((f"there is a {name} {with_} {text}", f"there is a {name} {with_} {text}", f"there is at least one {name} {with_} {text}", f"one {name} has {text}", f"a {name} {with_} {text}")), any(hits), sum((t for t, is_it in zip(boxes, hits) if is_it), [])


def alike(r, boxes, kind):
    keys = {"height": len, "base": lambda t: t[0].colour, "top": lambda t: t[-1].colour, "colours": lambda t: tuple(sorted({x.colour for x in t}))}
    key = r.choice(list(keys))
    values = [keys[key](t) for t in boxes]
    most = max(values.count(v) for v in values)
    what = {"height": ("the same height", "the same number of blocks", "the same height"), "base": ("the same base", "the same color at the base", "the same base color", "the same color block at the base"),
            "top": ("the same top", "the same color at the top", "the same color block at the top", "the same top color"), "colours": ("the same colors", "the same set of colors", "blocks of the same colors")}[key]
    said = r.choice(what)
    way = r.randrange(4)
    if way == 0:
        return r.choice((f"all towers have {said}", f"all the towers have {said}", f"the towers have {said}", f"all three towers have {said}", f"each tower has {said}")), most == 3, []
    if way == 1:
        return r.choice((f"none of the towers have {said}", f"all towers have different {said.split()[-1]}")), most == 1, []
    if way == 2:
        return r.choice((f"there are two towers with {said}", f"two towers have {said}", f"there are exactly two towers with {said}")), most == 2, []
    return r.choice((f"at least two towers have {said}", f"there are at least two towers with {said}", f"there are two towers that has {said}")), most >= 2, []


def base_of(r, boxes, kind):
    its = r.choice(boxes)
    block = r.choice(("block", "block", "square"))
    way = r.randrange(3)
    if way == 0:
        colour, good = its[0].colour, lambda t: len(t) == 1
        text = r.choice((f"a {COLOURS[colour]} {block} as a tower", f"a single {COLOURS[colour]} {block}", f"only one {COLOURS[colour]} {block} as a tower", f"a tower with only one {COLOURS[colour]} {block}"))
        test = lambda t: len(t) == 1 and t[0].colour == colour
    else:
        number = Number(r, len(its))
        end, index = (r.choice(BASES), 0) if way == 1 else (r.choice(TOPS), -1)
        colour = its[index].colour
        text = f"a {COLOURS[colour]} {block} {end} of a tower with {number.words} {block if number.grammar == 1 else plural(block)}"
        test = lambda t: number.holds(len(t)) and t[index].colour == colour
    hits = [test(t) for t in boxes]
    return f"there is {text}", any(hits), sum((t for t, is_it in zip(boxes, hits) if is_it), [])


FORMS = {
    "scatter": (in_total, in_total, a_box, a_box, a_box, some_boxes, all_boxes, all_boxes, both, near, near, above, all_are, all_are, of_box, of_box),
    "towers": (in_total, a_box, some_boxes, all_boxes, both, of_box, of_box, towers, towers, towers, towers, towers, alike, base_of),
}


def example(r, kind=None):
    """A scene, a sentence, whether it is true, and the things that it is about; as often true as false in each form."""
    kind = kind or r.choice(("scatter", "towers"))
    form = r.choice(FORMS[kind])
    wanted = r.random() < 0.5
    for _ in range(40):
        boxes = scene(r, kind)
        text, truth, about = form(r, boxes, kind)
        if truth == wanted:
            break
    return boxes, " ".join(text.split()), truth, about


if __name__ == "__main__":
    r = random.Random(1)
    for _ in range(60):
        boxes, text, truth, about = example(r)
        print(truth, text)

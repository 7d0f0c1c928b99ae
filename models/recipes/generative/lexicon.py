"""What nouns mean: how things look, as `lexicon.csv` says.

290 everyday nouns, each written down three times, independently, from what the word means: by who had seen neither the simulator nor its pictures, and did
not know which classes are kept from training. A line is a noun, who wrote it, and 40 numbers about a typical one, thought of as a plain model of it in one colour.
"""
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
METRES = ("width", "depth", "height")
# Graded 0 (not at all), 0.25, 0.5, 0.75, 1 (entirely). The share of the surface that has the colour of the paint is one as well; parts are counted in tenths, ten and more as one.
GRADES = (
    "stands on the floor", "boxy", "ball-like", "cylindrical", "narrower upwards", "narrower downwards", "flat and low", "flat and upright", "tall and slim", "long and lying",
    "a stick", "the same from all sides", "left like right", "handle at the side", "handle over the top", "sticks out at one side", "on legs", "broad foot", "slim neck or stem", "top wider",
    "knob or point on top", "wheels", "hole or ring", "thin bars", "two like parts", "smaller part on a larger", "arms to both sides", "a front that shows something", "hollow, open above", "lid", "bent",
    "share of paint", "metal", "wood", "black", "white or glass", "parts",
)


def further_than(classes):
    """Nouns of the lexicon that are none of the `classes`: `simulate --further` shows some of these."""
    return [noun for noun in all_nouns() if noun not in classes]


def all_nouns():
    return list(dict.fromkeys(line.split(",")[0] for line in open(f"{HERE}/lexicon.csv")))


def meanings(nouns):
    """What each writer says of nouns, as numbers of about one in size [writers, nouns, 4 + 37]: size, height to width, width to depth and height (logarithms, over all nouns of the lexicon), and grades."""
    rows = {}
    for line in open(f"{HERE}/lexicon.csv"):
        noun, writer, *its = line.strip().split(",")
        rows[noun, writer] = np.array(its, np.float32)
    writers = sorted({writer for _, writer in rows})
    every = np.stack([[rows[noun, writer] for noun in all_nouns()] for writer in writers])
    its = np.stack([[rows[noun, writer] for noun in nouns] for writer in writers])
    lengths, of = lengths_of(every), lengths_of(its)
    return np.concatenate([(of - lengths.mean((0, 1))) / lengths.std((0, 1)), 1.6 * (its[..., len(METRES):] - 0.35)], 2)


def lengths_of(rows):
    width, depth, height = np.moveaxis(np.maximum(rows[..., : len(METRES)], 0.005), -1, 0)
    broad, narrow = np.maximum(width, depth), np.minimum(width, depth)
    return np.log(np.stack([np.cbrt(width * depth * height), height / broad, broad / narrow, height], -1))

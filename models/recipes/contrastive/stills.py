"""Folders of `sensorium simulate --stills`: arrays, targets of the grid of tokens, captions as tokens."""
import json
import re

import numpy as np

from words import PAD, Pieces

WIDTH, HEIGHT, STRIDE = 160, 120, 8
COLUMNS, ROWS = WIDTH // STRIDE, HEIGHT // STRIDE
# Things of which less is to be seen are no targets.
LEAST_SHARE, LEAST_VISIBLE = 0.004, 0.25


def things_of(truth):
    """What is to be found in a picture, the farthest first."""
    its = [t for t in truth["things"] if "box" in t and t["label"] != "table" and t["share"] >= LEAST_SHARE and t["visible"] >= LEAST_VISIBLE]
    return sorted(its, key=lambda t: -t["relative"][0])


class Stills:
    """One or more folders, one after the other."""

    def __init__(self, folders, vocabulary, sounds=False, words=True):
        read = lambda name: [np.load(f"{folder}/{name}.npy", mmap_mode="r") for folder in folders]
        self.pictures, self.depths = read("picture"), read("depth")
        self.sounds = read("sound") if sounds else None
        self.starts = np.cumsum([0] + [len(p) for p in self.pictures])
        self.pieces = Pieces(vocabulary)
        first = json.load(open(f"{folders[0]}/dataset.json"))
        self.classes, self.colours = first["classes"], first["colours"]
        self.truths = [json.loads(line) for folder in folders for line in open(f"{folder}/stills.jsonl")]
        self.things = [self.rows(truth) for truth in self.truths]
        self.captions = [[] for _ in self.truths]
        for f, folder in enumerate(folders if words else []):
            for line in open(f"{folder}/captions.jsonl"):
                its = json.loads(line)
                texts = [its["text"], *(n["text"] for n in its["negatives"])]
                changes = [n["change"] for n in its["negatives"]]
                self.captions[self.starts[f] + its["still"]].append((its["about"], [self.pieces.ids(t) for t in texts], its["kind"], changes))

    def __len__(self):
        return len(self.truths)

    def rows(self, truth):
        """Class, colour (-1: none is told), box (pixels), distance (m) of each thing."""
        rows = [
            [self.classes.index(t["label"]), self.colours.index(t["colour"]) if "colour" in t else -1, *t["box"], t["relative"][0]]
            for t in things_of(truth)
        ]
        return np.array(rows, np.float32).reshape(-1, 7)

    def array(self, name, indices):
        arrays = {"picture": self.pictures, "depth": self.depths, "sound": self.sounds}[name]
        folders = np.searchsorted(self.starts, indices, "right") - 1
        return np.stack([arrays[f][i - self.starts[f]] for f, i in zip(folders, indices)])


def targets(things):
    """Of one still: heat of middles, class and colour of cells (-1: no target), and a row for each middle: cell, box, log distance, class, colour."""
    heat = np.zeros((ROWS, COLUMNS), np.float32)
    kinds = np.full((2, ROWS, COLUMNS), -1, np.int64)
    middles = []
    y, x = np.mgrid[:ROWS, :COLUMNS] * STRIDE + STRIDE / 2
    for label, colour, left, top, right, bottom, distance in things:
        cx, cy, w, h = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        column, row = int(np.clip(cx // STRIDE, 0, COLUMNS - 1)), int(np.clip(cy // STRIDE, 0, ROWS - 1))
        spread = max(4.0, 0.12 * np.sqrt(w * h))
        heat = np.maximum(heat, np.exp(-((x - x[row, column]) ** 2 + (y - y[row, column]) ** 2) / (2 * spread**2)))
        inner = (np.abs(x - cx) <= 0.3 * w) & (np.abs(y - cy) <= 0.3 * h)
        inner[row, column] = True
        kinds[0][inner], kinds[1][inner] = label, colour
        box = [cx / STRIDE - column - 0.5, cy / STRIDE - row - 0.5, np.log(w / 24), np.log(h / 24), np.log(distance / 1.5)]
        middles.append((row * COLUMNS + column, box, int(label), int(colour)))
    for cell, _, label, colour in middles:
        heat[cell // COLUMNS, cell % COLUMNS] = 1
        kinds[:, cell // COLUMNS, cell % COLUMNS] = label, colour
    return heat, kinds, middles


def filled(rows):
    """Tokens of texts as one array, filled up."""
    out = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, ids in enumerate(rows):
        out[i, : len(ids)] = ids
    return out

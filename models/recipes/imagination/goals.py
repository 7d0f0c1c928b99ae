"""Sets of goals, as `sensorium simulate --goals` writes them, and the tokens of their sentences."""
import json
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "contrastive"))

from words import ENDINGS, SPECIAL, UNK, Pieces, words_of  # noqa: E402

SIDE = 64
# Slots of what stands on the table, by how many things there are: left, middle, right.
SLOTS = {1: [1], 2: [0, 2], 3: [0, 1, 2]}
# Share of tokens that are hidden, so that a word that is not known leaves the others to speak.
HIDDEN = 0.03


def vocabulary_of(folders):
    words = set()
    for folder in folders:
        description = json.load(open(f"{folder}/dataset.json"))
        for name in description["classes"] + description["colours"]:
            words.update(words_of(name))
        for line in open(f"{folder}/goals.jsonl"):
            words.update(words_of(json.loads(line)["text"]))
    return SPECIAL + ENDINGS + sorted(words)


class Goals:
    def __init__(self, folders, vocabulary):
        self.pieces = Pieces(vocabulary)
        description = json.load(open(f"{folders[0]}/dataset.json"))
        self.classes, self.colours = description["classes"], description["colours"]
        self.truths = [json.loads(line) for folder in folders for line in open(f"{folder}/goals.jsonl")]
        load = lambda name: [np.load(f"{folder}/{name}.npy", mmap_mode="r") for folder in folders]
        self.pictures = np.concatenate(load("picture"))
        self.states = load("states")
        self.starts = np.cumsum([0] + [len(s) for s in self.states])
        self.ids = [self.pieces.ids(truth["text"]) for truth in self.truths]
        self.slots = np.array([self.slots_of(truth) for truth in self.truths])
        left, right = (self.pieces.index[word] for word in ("left", "right"))
        self.swap = {left: right, right: left}

    def __len__(self):
        return len(self.truths)

    def slots_of(self, truth):
        """Class and colour of each slot; the last number of either stands for nothing."""
        out = [[len(self.classes), len(self.colours)] for _ in range(3)]
        for slot, thing in zip(SLOTS[len(truth["things"])], truth["things"]):
            out[slot] = [self.classes.index(thing["label"]), self.colours.index(thing["colour"])]
        return out

    def text(self, i, flip):
        return [self.swap.get(t, t) for t in self.ids[i]] if flip else self.ids[i]

    def state(self, i, k):
        part = np.searchsorted(self.starts, i, "right") - 1
        return self.states[part][i - self.starts[part], k]


def pixels(pictures):
    """uint8 [n, 64, 64, 3] to float [n, 3, 64, 64] within -1..1."""
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), dtype=np.float32)) / 127.5 - 1


def filled(all_ids, random=None):
    """Token numbers, filled up with 0; some of them hidden where chance is given."""
    out = np.zeros((len(all_ids), max(map(len, all_ids))), dtype=np.int64)
    for row, ids in zip(out, all_ids):
        row[: len(ids)] = ids
    if random is not None:
        out = np.where((random.random(out.shape) < HIDDEN) & (out > 3), UNK, out)
    return torch.from_numpy(out)

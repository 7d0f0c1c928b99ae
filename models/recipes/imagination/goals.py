"""Sets of goals, as `sensorium simulate --goals` writes them, and the tokens of their sentences: all of it on the device that trains."""
import json
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "contrastive"))

from words import ENDINGS, SPECIAL, UNK, Pieces, words_of  # noqa: E402

SIDE, STATES, MOST = 64, 12, 3
# Slots of what stands on the table, by how many things there are: left, middle, right.
SLOTS = {1: [1], 2: [0, 2], 3: [0, 1, 2]}
# Share of tokens that are hidden, so that a word that is not known leaves the others to speak.
HIDDEN = 0.03
# Words that tell where. All others that are neither class nor colour say nothing of the table: each is left out so often, and so many are put anywhere in a sentence.
WHERE = (
    *("left", "right", "leftmost", "rightmost", "middle", "centre", "central", "midway", "between", "from", "to", "of", "it", "its", "that", "in", "next", "beside", "near", "by", "side"),
    *("with", "has", "first", "then", "last", "finally", "followed", "further", "both", "them", "neighbour", "one", "beginning", "starting", "order"),
)
MIRRORED = (("left", "right"), ("leftmost", "rightmost"))
LEFT_OUT, PUT_IN, MOST_PUT_IN = 0.15, 0.25, 4
LONGEST = 48
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def vocabulary_of(folder):
    words = set()
    description = json.load(open(f"{folder}/dataset.json"))
    for name in description["classes"] + description["colours"]:
        words.update(words_of(name))
    for line in open(f"{folder}/goals.jsonl"):
        words.update(words_of(json.loads(line)["text"]))
    return SPECIAL + ENDINGS + sorted(words)


class Goals:
    """
    Goals of folders. One that is not whole yet (its `dataset.json` is written last) joins when it is, `more`.
    without: combinations, `red ball`: goals with one of them are left out, to see how combinations fare that were never seen
    """

    def __init__(self, folders, vocabulary=None, without=(), states=True):
        self.waiting, self.without, self.states_too = list(folders), set(without), states
        description = json.load(open(f"{folders[0]}/dataset.json"))
        self.classes, self.colours = description["classes"], description["colours"]
        self.know(vocabulary or vocabulary_of(folders[0]))
        self.parts, self.truths = [], []
        self.more()

    def know(self, vocabulary):
        """Tokens, which of them are exchanged in the mirror, and which tell nothing, what is unknown first."""
        self.pieces = Pieces(vocabulary)
        self.swapped = torch.arange(len(self.pieces.vocabulary))
        for pair in MIRRORED:
            left, right = (self.pieces.index[word] for word in pair)
            self.swapped[left], self.swapped[right] = right, left
        self.swapped = self.swapped.to(DEVICE)
        telling = {word for name in [*self.classes, *self.colours, *WHERE] for word in words_of(name)}
        self.idle = torch.tensor([UNK, *(i for i, word in enumerate(self.pieces.vocabulary) if i >= len(SPECIAL + ENDINGS) and word not in telling)], device=DEVICE)

    def more(self):
        """Takes up what has become whole; whether anything has."""
        whole = [folder for folder in self.waiting if os.path.exists(f"{folder}/dataset.json")]
        for folder in whole:
            self.waiting.remove(folder)
            self.parts.append(self.read(folder))
        if whole:
            self.pictures, self.states, self.ids, self.slots, self.places = (torch.cat(its) for its in zip(*self.parts))
            self.parts = [(self.pictures, self.states, self.ids, self.slots, self.places)]
        return bool(whole)

    def read(self, folder):
        truths = [json.loads(line) for line in open(f"{folder}/goals.jsonl")]
        rows = [i for i, truth in enumerate(truths) if not self.without & {f"{t['colour']} {t['label']}" for t in truth["things"]}]
        truths = [truths[i] for i in rows]
        self.truths += truths
        ids = np.zeros((len(rows), LONGEST), np.int64)
        slots = np.tile(np.array([len(self.classes), len(self.colours)]), (len(rows), MOST, 1))
        # Of each slot its place in the picture, then in each state.
        places = np.zeros((len(rows), 1 + STATES, MOST, 2), np.float32)
        for n, truth in enumerate(truths):
            its = self.pieces.ids(truth["text"])
            ids[n, : len(its)] = its
            for i, (slot, thing) in enumerate(zip(SLOTS[len(truth["things"])], truth["things"])):
                slots[n, slot] = self.classes.index(thing["label"]), self.colours.index(thing["colour"])
                places[n, :, slot] = [thing["place"], *(state["places"][i] for state in truth["states"])]
        load = lambda name: torch.from_numpy(np.load(f"{folder}/{name}.npy", mmap_mode="r")[rows]).to(DEVICE)
        pictures = load("picture").permute(0, 3, 1, 2).contiguous()
        states = load("states") if self.states_too else torch.zeros(len(rows), 0, dtype=torch.uint8, device=DEVICE)
        return pictures, states, *(torch.from_numpy(its).to(DEVICE) for its in (ids, slots, places))

    def __len__(self):
        return len(self.truths)

    def batch(self, size):
        """Pictures, tokens and slots of goals by chance, half of them mirrored."""
        chosen = torch.randint(len(self), (size,), device=DEVICE)
        flip = torch.rand(size, device=DEVICE) < 0.5
        x, ids, slots = pixels(self.pictures[chosen]), self.ids[chosen], self.slots[chosen]
        x = torch.where(flip[:, None, None, None], x.flip(3), x)
        ids = torch.where(flip[:, None], self.swapped[ids], ids)
        return x, ids, torch.where(flip[:, None, None], slots.flip(1), slots)

    def said_otherwise(self, ids):
        """Sentences with idle words more and less, and some tokens hidden: what is meant does not hang on how it begins."""
        n, length = ids.shape
        chance = lambda *sides: torch.rand(*sides, device=DEVICE)
        gone = (ids == 0) | torch.isin(ids, self.idle) & (chance(n, length) < LEFT_OUT)
        ends = (ids != 0).sum(1, keepdim=True) - 1
        more = self.idle[torch.randint(len(self.idle), (n, MOST_PUT_IN), device=DEVICE)]
        where = torch.cat([torch.arange(length, device=DEVICE).expand(n, -1) + 1000 * gone, ends * chance(n, MOST_PUT_IN) + 1000 * (chance(n, MOST_PUT_IN) > PUT_IN)], 1)
        tokens = torch.cat([ids, more], 1) * (where < 1000)
        longest = min(LONGEST, int((where < 1000).sum(1).max()))
        return hidden(tokens.gather(1, where.argsort(1))[:, :longest])

    def views(self, size):
        """Pictures of goals and of the states on the way there by chance, half of them mirrored; slots and places of what stands there."""
        chosen, k = torch.randint(len(self), (size,), device=DEVICE), torch.randint(-2, STATES, (size,), device=DEVICE)
        x = torch.where((k < 0)[:, None, None, None], self.pictures[chosen], self.states[chosen, k.clamp(min=0)].permute(0, 3, 1, 2))
        flip = torch.rand(size, device=DEVICE) < 0.5
        x = pixels(torch.where(flip[:, None, None, None], x.flip(3), x))
        places = self.places[chosen, (k + 1).clamp(min=0)]
        sign = torch.where(flip, -1.0, 1.0)[:, None]
        return x, self.slots[chosen], torch.stack([places[..., 0], places[..., 1] * sign], 2)


def pixels(pictures):
    """uint8 [n, 3, 64, 64] to float within -1..1."""
    return pictures.float() / 127.5 - 1


def hidden(ids):
    """Tokens, some of them hidden."""
    return torch.where((torch.rand(ids.shape, device=ids.device) < HIDDEN) & (ids > 3), UNK, ids)

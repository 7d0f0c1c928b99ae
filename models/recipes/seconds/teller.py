"""The language model of clips: what the encoders say as tokens, then words."""
import json
import os
import re
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from senses import CELLS, HEARD, PLACES, WHOLE

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "generative"))

from speaker import HEADS, WIDTH, Alike, Layer, Order, attend, split  # noqa: E402
from talk import ANSWER, AUDIO, BLIND, CANNOT, DEAF, DESCRIBE, END, ENDINGS, NUMBERS, PAD, SIGNS, UNK, UNSEEN, SILENT, Words, spoken  # noqa: E402
from words import words_of  # noqa: E402

POSITIONS = 128
LAYERS = 3
# Ways in which a description of a clip is asked for in training.
WAYS = 4
FROZEN, MUFFLED = CANNOT + "my eyes are frozen.", CANNOT + "my ears are muffled."
HEARD_FORMS = ("sound", "direction")
FORMS = ["existence", "count", "colour", "comparison", "relation", "sound", "direction", "motion", "event", "describe"]
# Words of a question that are never hidden: without them it would ask something else.
KEPT = (
    "left right front behind on bigger larger greater size volume voluminous more exceed above nearer closer distance distant far less shorter smaller before "
    "colour shade hue tint many number count amount quantity sound noise hear hearing heard ears side direction way where describe description view "
    "come away go move stay place drive turn stand still approaches someone runs into slides door falls floor something you in"
)


class Cells(nn.Module):
    """Cells of a clip and what is said of the whole, in the width of words [n, cells + 1, width]: classes and colours begin as the words for them.

    As in the family of stills each is also told how many are like it, and how many are nearer, larger or lower: that begins as nothing.
    """

    def __init__(self, classes, colours):
        super().__init__()
        self.label, self.colour = nn.Linear(classes, WIDTH, bias=False), nn.Linear(colours, WIDTH, bias=False)
        self.up, self.down = nn.Linear(PLACES, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.places = nn.Linear(PLACES, WIDTH, bias=False)
        nn.init.normal_(self.places.weight, std=0.15)
        self.more, self.whole = nn.Linear(WHOLE, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.alike, self.order = Alike(), Order()
        self.among, self.amid = nn.Linear(15 + 24, WIDTH), nn.Linear(WIDTH, WIDTH)
        nn.init.zeros_(self.amid.weight)
        nn.init.zeros_(self.amid.bias)

    def begin(self, labels, colours):
        self.label.weight.data, self.colour.weight.data = labels.T.contiguous(), colours.T.contiguous()

    def forward(self, labels, colours, numbers, said):
        # The tenth number tells how sure it is that a thing is there.
        there = torch.exp(2 * numbers[..., 9:10])
        cells = (self.label(labels) + self.colour(colours)) * there + self.places(numbers) + self.down(F.relu(self.up(numbers)))
        # What Order looks at, where it looks for it: size and foot are made of box and distance.
        sure, size, foot = numbers[..., 9:10], 2 * (numbers[..., 7:8] + numbers[..., 8:9]), 3 * (numbers[..., 1:2] + 0.2 * torch.exp(numbers[..., 3:4]) - 0.4)
        among = torch.cat([self.alike(labels, colours, sure), self.order(torch.cat([numbers[..., :9], size, foot, sure], 2))], 2)
        cells = cells + self.amid(F.relu(self.among(among)))
        return torch.cat([cells, self.whole(F.relu(self.more(said)))[:, None]], 1)


class Ears(nn.Module):
    def __init__(self):
        super().__init__()
        self.up, self.down = nn.Linear(HEARD, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, heard):
        return self.down(F.relu(self.up(heard)))[:, None]


class Teller(nn.Module):
    def __init__(self, vocabulary, classes, colours):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        nn.init.normal_(self.tokens.weight, std=0.4)
        nn.init.normal_(self.positions.weight, std=0.2)
        self.cells, self.ears = Cells(classes, colours), Ears()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, vocabulary, bias=False)
        # As the speaker of stills begins (../generative/speaker.py): words look at what is like them on the other side, take it in, and it is said.
        first, last = self.layers[0], self.layers[-1]
        for layer, gain in ((first.q, 4.0), (first.k, 1.0), (first.v, 0.8), (first.out, 0.8), (last.v, 0.8), (last.out, 0.8)):
            layer.weight.data, layer.bias.data = gain * torch.eye(WIDTH), torch.zeros(WIDTH)
        side = torch.where(torch.arange(WIDTH) % 2 == 0, 0.4, -0.4)
        self.tokens.weight.data += side
        for its in (self.cells.down, self.cells.whole, self.ears.down):
            its.bias.data = -side
        first.q.bias.data = -torch.tensor([8.0, 9.0, 9.5, 10.0]).repeat_interleave(WIDTH // HEADS) * side
        self.head.weight.data = 0.25 * (self.tokens.weight.data - self.tokens.weight.data.mean(0))

    def senses(self, looks, heard):
        """[n, 1 + cells + 1, width]; rows of zeros in what is heard: nothing can be."""
        missing = (heard.abs().sum(1) == 0).to(heard.dtype)[:, None, None]
        sound = self.ears(heard) * (1 - missing) + self.tokens.weight[AUDIO] * missing
        return sound if looks is None else torch.cat([sound, self.cells(*looks)], 1)

    def forward(self, ids, owner, senses, chosen=None):
        """Logits of questions [n, length], of which each has one of the `senses` before it; or of those tokens that are `chosen`."""
        before, length, device = senses.shape[1], ids.shape[1], ids.device
        x = self.tokens(ids) + self.positions.weight[before : before + length]
        v = senses + self.positions.weight[:before]
        place = torch.arange(before + length, device=device)
        mask = (place[None, :] > place[:, None]).to(x.dtype) * -1e4
        for layer in self.layers:
            normal, k, values = layer.keys(x)
            seen, held, told = layer.keys(v)
            v = v + layer.out(attend(split(layer.q(seen)), held, told, mask[:before, :before]))
            v = v + layer.down(F.relu(layer.up(layer.after(v))))
            k, values = torch.cat([held[owner], k], 2), torch.cat([told[owner], values], 2)
            x = x + layer.out(attend(split(layer.q(normal)), k, values, mask[before:]))
            x = x + layer.down(F.relu(layer.up(layer.after(x))))
        return self.head(self.norm(x if chosen is None else x[chosen]))


def answer_of(form, answer, why):
    """How a question is answered in words."""
    if answer is not None:
        return NUMBERS[int(answer)] if form == "count" else answer
    if why in ("frozen", "muffled"):
        return FROZEN if why == "frozen" else MUFFLED
    if form in HEARD_FORMS:
        return DEAF if why == "no sense" else SILENT
    return BLIND if why == "no sense" else UNSEEN


def vocabulary_for(words, names):
    """Every word that is asked or answered; plurals are pieces."""
    found = {w for text in [*spoken(), FROZEN, MUFFLED, *names] for w in re.findall(r"[a-z0-9]+", text.lower())}
    for its in words:
        for text in [its["description"], *(q[1] for q in its["questions"])]:
            found.update(words_of(text))
    kept = sorted(w for w in found if not any(w.endswith(e) and w[: -len(e)] in found for e in ("s", "es")))
    return SIGNS + ENDINGS + [".", ","] + kept


class Rows:
    """Questions and answers as tokens: [rows, length], what has to come after each, whose they are and of which form."""

    def __init__(self, words, vocabulary, names, random=None, length=56):
        pieces = self.pieces = Words(vocabulary)
        known = {}
        of = lambda text: known.setdefault(text, pieces.ids(text)) if text in known else known.setdefault(text, pieces.ids(text))
        kept = {i for word in [*names, *KEPT.split()] for i in pieces.ids(word)} | {i for i, p in enumerate(vocabulary) if p.startswith("##")}
        self.plain = torch.tensor([i >= len(SIGNS) + len(ENDINGS) + 2 and i not in kept for i in range(len(vocabulary))])
        swap = torch.arange(len(vocabulary))
        left, right = pieces.index["left"], pieces.index["right"]
        swap[left], swap[right] = right, left
        self.swap = swap
        rows = []
        for n, its in enumerate(words):
            for form, text, answer, why in its["questions"]:
                rows.append((of(" ".join(words_of(text))), of(answer_of(form, answer, why)), n, FORMS.index(form), answer is not None, False))
            for mirrored, key in enumerate(("description", "mirrored")):
                if its.get(key):
                    # The words of the mirrored one are swapped with all others: swapped before, they come out right.
                    told = [int(swap[i]) for i in of(its[key])] if mirrored else of(its[key])
                    hows = [n % len(DESCRIBE)] if random is None else random.choice(len(DESCRIBE), WAYS, replace=False)
                    rows += [(of(DESCRIBE[how]), told, n, FORMS.index("describe"), True, bool(mirrored)) for how in hows]
        ids, wanted = np.full((len(rows), length), PAD, np.int16), np.full((len(rows), length), -100, np.int16)
        self.at = np.zeros(len(rows), np.int64)
        for r, (question, answer, *_) in enumerate(rows):
            answer = [*answer, END]
            question = question[: length - len(answer)]
            end = min(length, len(question) + len(answer))
            ids[r, :end] = [*question, ANSWER, *answer[:-1]][:end]
            wanted[r, len(question) : end] = answer[: end - len(question)]
            self.at[r] = len(question)
        self.ids, self.wanted = torch.from_numpy(ids), torch.from_numpy(wanted)
        self.owner, self.form = (torch.tensor([row[k] for row in rows]) for k in (2, 3))
        self.answerable, self.mirrored = (torch.tensor([row[k] for row in rows]) for k in (4, 5))
        self.longest = (self.ids != PAD).sum(1)

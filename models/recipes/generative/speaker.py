"""The language model, and three bridges from what the senses give to it."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from sight import ASIDE, CELLS, DISTANCE, FOOT, NUMBERS, SIZE

WIDTH = 128
HEADS = 4
INNER = 384
LAYERS = 4
# Tokens of a question and its answer, and what is seen and heard, at most.
POSITIONS = 160
QUERIES = 8
SOUNDS, SIDES = 8, 4
# The sign of the vocabulary (talk.py) that stands for a sound.
AUDIO = 3
FAR = -1e4
# A chance that is little: as much less than one as it is more than nothing.
LITTLE = 0.01


def split(x):
    return x.reshape(x.shape[0], x.shape[1], HEADS, -1).transpose(1, 2)


def attend(q, k, v, mask=None):
    scores = q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
    if mask is not None:
        scores = scores + mask
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def causal(length, device):
    """0 where a token may look, far below elsewhere: [length, length]."""
    return torch.ones(length, length, device=device).triu(1) * FAR


class Layer(nn.Module):
    """A layer of a transformer, norms first; with `crossed`, words look at what is seen and heard through a gate (Alayrac et al. 2022)."""

    def __init__(self, crossed=False):
        super().__init__()
        self.before, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.crossed = crossed
        if crossed:
            self.across, self.source = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.asked, self.held, self.told, self.said = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
            # Flamingo's gates begin closed, before a language model that is trained already; this one learns along.
            self.gate = nn.Parameter(torch.tensor(0.5))

    def keys(self, x):
        normal = self.before(x)
        return normal, split(self.k(normal)), split(self.v(normal))

    def source_of(self, seen):
        normal = self.source(seen)
        return split(self.held(normal)), split(self.told(normal))

    def cross(self, x, held, told, mask=None):
        return x + torch.tanh(self.gate) * self.said(attend(split(self.asked(self.across(x))), held, told, mask))

    def rest(self, x, normal, k, v, mask):
        x = x + self.out(attend(split(self.q(normal)), k, v, mask))
        return x + self.down(F.relu(self.up(self.after(x))))


class Alike(nn.Module):
    """Of each cell, how many things are like it: of its class, of its class and colour, and of its class on the left of it, itself among them [n, cells, 15].

    Each number as five that are 1 where it is one to five, so that a word has but to be read off.
    """

    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.arange(1.0, 6.0))
        self.register_buffer("left", torch.ones(CELLS, CELLS).tril())

    def forward(self, labels, colours, sure):
        there = torch.sigmoid((torch.exp(4 * sure) - 0.3) * 20)
        like = lambda chances: torch.sqrt(chances + 1e-6) @ torch.sqrt(chances + 1e-6).transpose(1, 2)
        label = like(labels) ** 2
        of = lambda its: (1 - (its @ there - self.steps).abs()).clamp(min=0)
        return torch.cat([of(label), of(label * like(colours) ** 2), of(label * self.left)], 2)


class Order(nn.Module):
    """Of each cell, how many things are nearer, larger, and lower in the picture than it is [n, cells, 24]: six numbers each, that are 1 from one, two, ... on."""

    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.arange(6.0) + 0.5)

    def forward(self, numbers):
        there = torch.sigmoid((torch.exp(4 * numbers[..., -1:]) - 0.3) * 20)
        ahead = numbers[..., DISTANCE] + 1.7
        away = torch.sqrt(ahead * ahead + numbers[..., ASIDE] ** 2)
        found = []
        for its, margin in ((-ahead, 0.05), (-away, 0.05), (numbers[..., SIZE], 0.1), (numbers[..., FOOT], 0.06)):
            before = torch.sigmoid((its[:, None] - its[:, :, None]) / margin)
            # What is as far as itself counts half.
            found.append(torch.clamp(before @ there - 0.5 * there - self.steps + 0.5, 0, 1))
        return torch.cat(found, 2)


class Names(nn.Module):
    """Of each cell and each class how likely that is, on a scale on which little is more than nothing, and how much of all that there is of it is in this cell, both [n, cells, classes].

    Of what is known by description alone chances are small, and shared among several: which of the cells is the likeliest to be what is asked about shows in these, and hardly in the chances themselves.
    """

    def forward(self, labels, sure):
        its = labels * torch.exp(4 * sure)
        return torch.log1p(its / LITTLE) / math.log1p(1 / LITTLE), its / (its.sum(1, keepdim=True) + 2 * LITTLE)


class Cells(nn.Module):
    """Cells of a picture in the width of words [n, cells, width]: chances of classes (the last: none of them) and of colours begin as the words for them.

    What is known of each is added up, class and colour each by itself: nothing here can learn which colours a class was shown in.
    """

    def __init__(self, classes, colours):
        super().__init__()
        self.label, self.colour = nn.Linear(classes + 1, WIDTH, bias=False), nn.Linear(colours, WIDTH, bias=False)
        self.alike, self.order, self.names = Alike(), Order(), Names()
        # Words in two more roles: what a cell may be, and what no other cell is as likely to be. Both begin as nothing.
        self.may_be, self.likeliest = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(2))
        nn.init.zeros_(self.may_be.weight), nn.init.zeros_(self.likeliest.weight)
        self.up, self.down = nn.Linear(15 + 24 + NUMBERS, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.down.weight.data *= 0.5
        self.places = nn.Linear(NUMBERS, WIDTH, bias=False)
        nn.init.normal_(self.places.weight, std=0.2)

    def begin(self, labels, colours):
        """Chances of classes and colours begin as the words for them: [classes, width], [colours, width]."""
        self.label.weight.data, self.colour.weight.data = labels.T.contiguous(), colours.T.contiguous()

    def forward(self, labels, colours, numbers):
        alike = self.alike(labels, colours, numbers[..., -1:])
        rest = self.down(F.relu(self.up(torch.cat([alike, self.order(numbers), numbers], 2))))
        # The last number tells how sure it is that a thing is there.
        there = torch.exp(2 * numbers[..., -1:])
        may_be, share = self.names(labels, numbers[..., -1:])
        names = self.may_be(self.label(may_be)) + self.likeliest(self.label(share))
        return (self.label(labels) + self.colour(colours)) * there + names + self.places(numbers) + rest


class QueryFormer(nn.Module):
    """Queries that are learned look at the cells, layer by layer (Li et al. 2023)."""

    def __init__(self, layers=2):
        super().__init__()
        self.queries = nn.Parameter(0.5 * torch.randn(1, QUERIES, WIDTH))
        self.layers = nn.ModuleList(Layer(crossed=True) for _ in range(layers))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, cells):
        x = self.queries.expand(cells.shape[0], -1, -1)
        for layer in self.layers:
            x = layer.cross(x, *layer.source_of(cells))
            normal, k, v = layer.keys(x)
            x = layer.rest(x, normal, k, v, None)
        return self.norm(x)


class Hearing(nn.Module):
    """Chances of what a clip is and of where it comes from [n, 8 + 4], in the width of words [n, 1, width]."""

    def __init__(self):
        super().__init__()
        self.up, self.down = nn.Linear(SOUNDS + SIDES, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, heard):
        return self.down(F.relu(self.up(heard)))[:, None]


class Speaker(nn.Module):
    """Says what comes after what was said, of what is seen and heard. `bridge`: `projector`, `q-former` or `gated-cross-attention`."""

    def __init__(self, vocabulary, classes, colours, bridge):
        super().__init__()
        self.bridge = bridge
        self.is_crossed = bridge == "gated-cross-attention"
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        nn.init.normal_(self.tokens.weight, std=0.4)
        nn.init.normal_(self.positions.weight, std=0.2)
        self.cells, self.hearing = Cells(classes, colours), Hearing()
        self.former = QueryFormer() if bridge == "q-former" else None
        self.layers = nn.ModuleList(Layer(self.is_crossed) for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, vocabulary, bias=False)
        self.begin()

    def begin(self):
        """Words begin by looking at what is seen and is like them, and by taking it in; all else is learned.

        Without it the names of things are found in the picture only after a long time in which nothing is learned but how often each answer is right.
        """
        first = self.layers[0]
        q, k, v, out = (first.asked, first.held, first.told, first.said) if self.is_crossed else (first.q, first.k, first.v, first.out)
        for layer, gain in ((q, 4.0), (k, 1.0), (v, 0.8), (out, 0.8)):
            layer.weight.data, layer.bias.data = gain * torch.eye(WIDTH), torch.zeros(WIDTH)
        if not self.is_crossed:
            # Words lie on one side and what is seen on the other; words ask for the other side.
            side = torch.where(torch.arange(WIDTH) % 2 == 0, 0.4, -0.4)
            self.tokens.weight.data += side
            for its in (self.cells, self.hearing):
                its.down.bias.data = -side
            if self.former:
                self.former.norm.bias.data = -side
            # How much likeness it takes until they look there rather than at themselves differs from head to head: that tells what is there, and how often.
            q.bias.data = -torch.tensor([8.0, 9.0, 9.5, 10.0]).repeat_interleave(WIDTH // HEADS) * side
        for its in (self.layers[-1].v, self.layers[-1].out):
            its.weight.data, its.bias.data = 0.8 * torch.eye(WIDTH), torch.zeros(WIDTH)
        # What is taken in is said.
        self.head.weight.data = 0.25 * (self.tokens.weight.data - self.tokens.weight.data.mean(0))

    @property
    def seen_tokens(self):
        """Tokens of a picture."""
        return QUERIES if self.former else CELLS

    def see(self, labels, colours, numbers):
        cells = self.cells(labels, colours, numbers)
        return self.former(cells) if self.former else cells

    def senses(self, looks, heard):
        """What comes before the words: a token for what is heard, or the sign itself where nothing can be; those of the picture, if there is one."""
        missing = (heard.abs().sum(1) == 0).float()[:, None, None]
        sound = self.hearing(heard) * (1 - missing) + self.tokens.weight[AUDIO] * missing
        return sound if looks is None else torch.cat([sound, self.see(*looks)], 1)

    def forward(self, ids, owner, senses, chosen=None):
        """Logits [n, length, vocabulary] of questions [n, length], of which each has one of the `senses` [m, 1 + cells, width] before it; or those that are `chosen`."""
        at = senses.shape[1] if not self.is_crossed else 0
        before, length = senses.shape[1], ids.shape[1]
        x = self.tokens(ids) + self.positions.weight[at : at + length]
        mask = causal(length, ids.device)
        if not self.is_crossed:
            v = senses + self.positions.weight[:before]
            own = causal(before, ids.device)
            mask = torch.cat([torch.zeros(length, before, device=ids.device), mask], 1)
        for layer in self.layers:
            normal, k, values = layer.keys(x)
            if self.is_crossed:
                held, told = layer.source_of(senses)
                x = layer.cross(x, held[owner], told[owner])
                normal, k, values = layer.keys(x)
            else:
                seen, held, told = layer.keys(v)
                v = layer.rest(v, seen, held, told, own)
                k, values = torch.cat([held[owner], k], 2), torch.cat([told[owner], values], 2)
            x = layer.rest(x, normal, k, values, mask)
        return self.head(self.norm(x if chosen is None else x[chosen]))

"""Networks of the contrastive family. Every sense has an encoder into one space with the words; pictures also give a grid of tokens.

A picture is a sum over the cells of a grid: each cell has a vector, and a gate that says whether the middle of a thing is there (as in CenterNet,
Zhou et al. 2019). So the embedding of two red mugs and a box is made of that of a red mug, twice, and that of a box, and what was
learned of each thing by itself holds for combinations that were never seen.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

DIMS = 128
WIDTH = 128


def unit(convolution):
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels))


class Bottleneck(nn.Module):
    """He et al. 2015."""

    def __init__(self, width, inner, dilation):
        super().__init__()
        self.a = unit(nn.Conv2d(width, inner, 1, bias=False))
        self.b = unit(nn.Conv2d(inner, inner, 3, 1, dilation, dilation, bias=False))
        self.c = unit(nn.Conv2d(inner, width, 1, bias=False))

    def forward(self, x):
        return F.relu(x + self.c(F.relu(self.b(F.relu(self.a(x))))))


class Trunk(nn.Module):
    """Picture [n, channels, 120, 160] to a grid of tokens [n, 128, 15, 20]."""

    def __init__(self, channels, stem=(24, 40), inner=64, dilations=(1, 1, 2, 1, 2, 1)):
        super().__init__()
        a, b = stem
        self.stem = nn.ModuleList([
            unit(nn.Conv2d(channels, a, 3, 2, 1, bias=False)),
            unit(nn.Conv2d(a, b, 3, 2, 1, bias=False)),
            unit(nn.Conv2d(b, b, 3, 1, 1, bias=False)),
            unit(nn.Conv2d(b, WIDTH, 3, 2, 1, bias=False)),
        ])
        self.places = nn.Parameter(0.02 * torch.randn(1, WIDTH, 15, 20))
        self.blocks = nn.ModuleList(Bottleneck(WIDTH, inner, d) for d in dilations)

    def forward(self, x):
        for convolution in self.stem:
            x = F.relu(convolution(x))
        x = x + self.places
        for block in self.blocks:
            x = block(x)
        return x


class Vision(nn.Module):
    """Trunk, embedding, and the heads that are trained along: middle, class, colour, box and distance of things."""

    def __init__(self, channels, classes, colours):
        super().__init__()
        self.trunk = Trunk(channels)
        self.middle, self.label, self.colour, self.box = (nn.Conv2d(WIDTH, n, 1) for n in (1, classes, colours, 5))
        nn.init.constant_(self.middle.bias, -4)
        self.gate = nn.Parameter(torch.tensor([1.5, 1.0]))
        self.up, self.down = nn.Conv2d(WIDTH, 256, 1), nn.Conv2d(256, DIMS, 1)
        self.whole = nn.Linear(WIDTH, DIMS)

    def cells(self, grid):
        """Embedding of every cell."""
        return self.down(F.relu(self.up(grid)))

    def pooled(self, grid, cells, middle):
        """Embedding of the picture, of no particular length."""
        gate = torch.sigmoid(middle * self.gate[0] + self.gate[1])
        return (cells * gate).sum((2, 3)) + self.whole(grid.mean((2, 3)))

    def forward(self, x):
        """What the hub's vision network gives: embedding of length 1, and tokens [n, 300, 128]."""
        grid = self.trunk(x)
        embedding = F.normalize(self.pooled(grid, self.cells(grid), self.middle(grid)), dim=1)
        return embedding, grid.flatten(2).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.each = heads, width // heads
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, asked, held, mask=None):
        split = lambda x: x.reshape(x.shape[0], -1, self.heads, self.each).transpose(1, 2)
        scores = split(self.q(asked)) @ split(self.k(held)).transpose(2, 3) / math.sqrt(self.each)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ split(self.v(held))).transpose(1, 2)
        return self.out(mixed.reshape(asked.shape[0], -1, self.heads * self.each))


class Layer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x, mask=None):
        normal = self.before(x)
        x = x + self.attention(normal, normal, mask)
        return x + self.down(F.relu(self.up(self.after(x))))


def mask_of(ids):
    """0 where there is a token, a very negative number where texts are filled up: [n, 1, 1, length]."""
    return ((ids == 0).float() * -1e4)[:, None, None, :]


class Text(nn.Module):
    """Tokens [n, length] to embeddings: a transformer, and a sum over what its gate lets through."""

    def __init__(self, vocabulary, length, layers=2):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(length, WIDTH)
        nn.init.normal_(self.tokens.weight, std=0.1)
        nn.init.normal_(self.positions.weight, std=0.05)
        self.layers = nn.ModuleList(Layer(WIDTH, 4, 3 * WIDTH) for _ in range(layers))
        self.norm, self.gate, self.projection = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 1), nn.Linear(WIDTH, DIMS)

    def states(self, ids, mask=None):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)

    def forward(self, ids, filled=False):
        x = self.states(ids, mask_of(ids) if filled else None)
        gate = torch.sigmoid(self.gate(x))
        if filled:
            gate = gate * (ids != 0).float()[:, :, None]
        return F.normalize((self.projection(x) * gate).sum(1), dim=1)


# Microphones 0 to 3: front, left, back, right.
PAIRS = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3)]
LAGS = 6
BANDS = 64
WINDOW, HOP, RATE = 512, 256, 16000


class Hearing(nn.Module):
    """Sound [n, 4, 16000] to [n, 142, 61]: log-mel energy of all microphones, and how far each pair of them hears the same apart in time.

    The latter is the generalised cross-correlation with phase transform (Knapp and Carter 1976), lags of up to 6 samples: the
    microphones are up to 9 cm, 4.3 samples, apart. No weights are learned, and none are stored but the bands of mel.
    """

    def __init__(self):
        super().__init__()
        hertz = torch.arange(WINDOW // 2 + 1) * RATE / WINDOW
        mel = lambda f: 2595 * torch.log10(1 + f / 700)
        low, high = mel(torch.tensor(60.0)), mel(torch.tensor(7600.0))
        edges = low + (high - low) * torch.arange(BANDS + 2) / (BANDS + 1)
        at = mel(hertz)[:, None]
        self.register_buffer("bank", torch.minimum((at - edges[:-2]) / (edges[1:-1] - edges[:-2]), (edges[2:] - at) / (edges[2:] - edges[1:-1])).clamp(min=0))

    def spectra(self, x):
        n = torch.arange(WINDOW, dtype=torch.float32)
        k = torch.arange(WINDOW // 2 + 1, dtype=torch.float32)
        window = 0.5 - 0.5 * torch.cos(2 * math.pi / WINDOW * n)
        # k n modulo the length: else the angle has no digits left.
        angle = torch.remainder(n[:, None] * k, float(WINDOW)) * (2 * math.pi / WINDOW)
        frames = torch.stack([x[:, :, i : i + WINDOW] for i in range(0, 16000 - WINDOW + 1, HOP)], 2) * window
        return frames @ torch.cos(angle), frames @ torch.sin(angle)

    def forward(self, x):
        c, s = self.spectra(x)
        power = (c * c + s * s).mean(1)
        mel = torch.log(power @ self.bank + 1e-6)
        lags = torch.arange(-LAGS, LAGS + 1, dtype=torch.float32)
        k = torch.arange(WINDOW // 2 + 1, dtype=torch.float32)
        turn = k[:, None] * lags * (2 * math.pi / WINDOW)
        size = torch.rsqrt(c * c + s * s + 1e-9)
        c, s = c * size, s * size
        found = []
        for i, j in PAIRS:
            real, imaginary = c[:, i] * c[:, j] + s[:, i] * s[:, j], c[:, i] * s[:, j] - s[:, i] * c[:, j]
            found.append((real @ torch.cos(turn) - imaginary @ torch.sin(turn)) / (WINDOW // 2 + 1))
        return torch.cat([(mel + 4) / 4, *(4 * f for f in found)], 2).transpose(1, 2)


class Sound(nn.Module):
    """Features of hearing to an embedding: convolutions over time, and an average that says itself when it listened."""

    def __init__(self, sounds, sides, width=160):
        super().__init__()
        unit = lambda a, b, d: nn.Sequential(nn.Conv1d(a, b, 3, 1, d, d, bias=False), nn.BatchNorm1d(b), nn.ReLU())
        self.layers = nn.Sequential(unit(BANDS + len(PAIRS) * (2 * LAGS + 1), width, 1), unit(width, width, 1), unit(width, width, 2), unit(width, width, 4))
        self.gate, self.embedding = nn.Conv1d(width, 4, 1), nn.Sequential(nn.Linear(4 * width + width, 256), nn.ReLU(), nn.Linear(256, DIMS))
        self.label, self.side = nn.Linear(DIMS, sounds), nn.Linear(DIMS, sides)

    def pooled(self, features):
        x = self.layers(features)
        weights = self.gate(x).softmax(2)
        heard = torch.cat([(x * weights[:, i : i + 1]).sum(2) for i in range(4)] + [x.mean(2)], 1)
        return self.embedding(heard)

    def forward(self, features):
        return F.normalize(self.pooled(features), dim=1)


class Compare(nn.Module):
    """How well words that relate two things say what a picture shows: tokens of words [n, length] and of the picture [n, 300, 128] to a number [n].

    What the words name first and second is looked for among the cells, by the embeddings that cells and names have in common; how the words
    relate them is compared with how the two that were found differ in place, size and distance.
    """

    def __init__(self, vocabulary, length):
        super().__init__()
        self.text = Text(vocabulary, length)
        self.named, self.names = nn.Linear(WIDTH, 2), nn.Linear(WIDTH, DIMS)
        self.said, self.saying = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 64)
        # Of the encoder of pictures: they learn nothing more.
        self.middle, self.box = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 5)
        self.up, self.down = nn.Linear(WIDTH, 256), nn.Linear(256, DIMS)
        y, x = torch.meshgrid(torch.arange(15.0), torch.arange(20.0), indexing="ij")
        self.register_buffer("at", torch.stack([x - 9.5, y - 7], 2).reshape(1, 300, 2))
        self.more = nn.Linear(WIDTH, 16)
        self.strength = nn.Parameter(torch.tensor([2.7, 0.5]))
        self.place, self.weigh = nn.Linear(7 + 16, 64), nn.Linear(2 * 64, 64)
        self.hidden, self.last = nn.Linear(64 + 64 + 64 + 2, 128), nn.Linear(128, 1)

    def looked_at(self, tokens):
        """Of a picture: embeddings of its cells, how likely something is there, and what is known of it."""
        cells = F.normalize(self.down(F.relu(self.up(tokens))), dim=2)
        box = self.box(tokens)
        place = (self.at + box[:, :, :2]) / 5
        return cells, F.logsigmoid(self.middle(tokens)).squeeze(2), torch.cat([place, 2 * box[:, :, 2:4], 4 * box[:, :, 4:], place * 4, self.more(tokens)], 2)

    def forward(self, ids, tokens, filled=None, owner=None):
        """`filled` [n, length]: 1 where there is a token; `owner`: which of the pictures the words are about."""
        logits, _ = self.compared(ids, tokens, filled, owner)
        return logits

    def compared(self, ids, tokens, filled=None, owner=None):
        x = self.text.states(ids, None if filled is None else (filled[:, None, None, :] - 1) * 1e4)
        there = 1 if filled is None else filled[:, :, None]
        cells, seen, known = self.looked_at(tokens)
        if owner is not None:
            cells, seen, known = cells[owner], seen[owner], known[owner]
        gates = torch.sigmoid(self.named(x)) * there
        asked = F.normalize(gates.transpose(1, 2) @ self.names(x), dim=2)
        near = asked @ cells.transpose(1, 2)
        scores = near * self.strength[0].exp() + seen[:, None] * self.strength[1].exp()
        where = scores.softmax(2)
        found = self.place(where @ known)
        evidence = (where * near).sum(2)
        said = torch.sigmoid(self.said(x)) * there
        said = (said * self.saying(x)).sum(1)
        differ = self.weigh(torch.cat([found[:, 0] - found[:, 1], found[:, 0] + found[:, 1]], 1))
        hidden = F.relu(self.hidden(torch.cat([differ * said, differ, said, 4 * evidence], 1)))
        return self.last(hidden).squeeze(1), scores

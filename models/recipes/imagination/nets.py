"""Networks that imagine, after DALL-E 2 (Ramesh et al. 2022): words to an embedding, that to one of a picture (the prior), and
that to a picture (the decoder). Prior and decoder take noise away step by step (Ho et al. 2020, Song et al. 2021); both say what would be left
without noise. A fourth tells what stands where in a picture."""
import math

import torch
from torch import nn
from torch.nn import functional as F

DIMS = 128
WIDTH = 96
LENGTH = 48


class Conv(nn.Conv2d):
    """A convolution that learns in half the bits: it takes 0.6 of the time."""

    def forward(self, x):
        if not (self.training and torch.is_grad_enabled()):
            return super().forward(x)
        bias = None if self.bias is None else self.bias.bfloat16()
        return F.conv2d(x.bfloat16(), self.weight.bfloat16(), bias, self.stride, self.padding, self.dilation).float()


def waves(t, width):
    """Sines of a time in 0..1."""
    angles = 1000 * t[:, None] * torch.exp(-math.log(10000) * torch.arange(width // 2, device=t.device) / (width // 2))
    return torch.cat([angles.sin(), angles.cos()], 1)


class Attention(nn.Module):
    """Heads look at other tokens; where `there` says so, at some of them alone."""

    def __init__(self, width, other, heads=4):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(other, width), nn.Linear(other, width)
        self.out = nn.Linear(width, width)

    def forward(self, x, y, there=None):
        cut = lambda z: z.reshape(z.shape[0], -1, self.heads, x.shape[2] // self.heads).transpose(1, 2)
        scores = cut(self.q(x)) @ cut(self.k(y)).transpose(2, 3) / math.sqrt(x.shape[2] // self.heads)
        if there is not None:
            scores = scores + (~there[:, None, None]).float() * -10000.0
        return self.out((scores.softmax(3) @ cut(self.v(y))).transpose(1, 2).reshape(x.shape))


class Layer(nn.Module):
    """Tokens look at their neighbours (a colour belongs to the next noun), then at all others."""

    def __init__(self, width):
        super().__init__()
        self.a, self.b, self.c = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.near = nn.Conv1d(width, width, 5, 1, 2)
        self.look = Attention(width, width)
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)

    def forward(self, x, there):
        y = self.c(x) * there[:, :, None].float()
        x = x + F.gelu(self.near(y.transpose(1, 2)).transpose(1, 2))
        y = self.a(x)
        x = x + self.look(y, y, there)
        return x + self.down(F.gelu(self.up(self.b(x))))


class Text(nn.Module):
    """Tokens [n, length] to an embedding [n, 128] of length 1."""

    def __init__(self, vocabulary, layers=3):
        super().__init__()
        self.table = nn.Embedding(vocabulary, WIDTH)
        # As large as those of words: order is half of what is said.
        nn.init.normal_(self.table.weight, std=0.3)
        self.places = nn.Parameter(0.3 * torch.randn(LENGTH, WIDTH))
        self.layers = nn.ModuleList(Layer(WIDTH) for _ in range(layers))
        self.norm = nn.LayerNorm(WIDTH)
        self.whole = nn.Linear(WIDTH, DIMS)

    def forward(self, ids):
        there = ids != 0
        x = self.table(ids) + self.places[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, there)
        x = self.norm(x)
        return F.normalize(self.whole(x[:, 0]), dim=1)


class Picture(nn.Module):
    """Picture [n, 3, 64, 64] to an embedding [n, 128] of length 1."""

    def __init__(self):
        super().__init__()
        sides = [3, 24, 48, 96, 96]
        self.convolutions = nn.ModuleList(Conv(a, b, 3, 2, 1) for a, b in zip(sides, sides[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in sides[1:])
        self.up, self.down = nn.Linear(96 * 16, 256), nn.Linear(256, DIMS)

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = F.relu(norm(convolution(x)))
        return F.normalize(self.down(F.relu(self.up(x.flatten(1)))), dim=1)


class Prior(nn.Module):
    """Noisy embedding of a picture [n, 128], time [n] and embedding of words [n, 128] to the embedding without noise; these of a mean square of 1."""

    def __init__(self, width=320):
        super().__init__()
        self.begin = nn.Linear(2 * DIMS + 64, width)
        self.blocks = nn.ModuleList(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width)) for _ in range(3))
        self.end = nn.Linear(width, DIMS)

    def forward(self, x, t, text):
        y = self.begin(torch.cat([x, text * math.sqrt(DIMS), waves(t, 64)], 1))
        for block in self.blocks:
            y = y + block(y)
        return self.end(y)


class Block(nn.Module):
    """Two convolutions; time and embedding scale and shift in between."""

    def __init__(self, inner, width, told):
        super().__init__()
        self.a, self.b = nn.GroupNorm(8, inner), nn.GroupNorm(8, width)
        self.first, self.second = Conv(inner, width, 3, 1, 1), Conv(width, width, 3, 1, 1)
        self.told = nn.Linear(told, 2 * width)
        self.skip = Conv(inner, width, 1) if inner != width else nn.Identity()

    def forward(self, x, told):
        y = self.first(F.silu(self.a(x)))
        scale, shift = self.told(told)[:, :, None, None].chunk(2, 1)
        return self.skip(x) + self.second(F.silu(self.b(y) * (1 + scale) + shift))


class Cross(nn.Module):
    """Cells look at one another and at what is told."""

    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.own, self.other = Attention(width, width), Attention(width, WIDTH)

    def forward(self, x, tokens):
        n, c, h, w = x.shape
        flat = x.flatten(2).transpose(1, 2)
        y = self.norm(flat)
        flat = flat + self.own(y, y) + self.other(y, tokens)
        return flat.transpose(1, 2).reshape(n, c, h, w)


class UNet(nn.Module):
    """
    Noisy picture [n, 3, 64, 64], time [n] and embedding of a picture [n, 128] to the picture without noise. Squares of 4 x 4 pixels are
    cells of 16 x 16, and of 8 x 8 within. An embedding of zeros: nothing is told.
    """

    def __init__(self, thin=48, thick=96, told=192):
        super().__init__()
        self.time, self.embedding, self.mixed = nn.Linear(64, told), nn.Linear(DIMS, told), nn.Linear(told, told)
        self.as_tokens = nn.Linear(DIMS, 8 * WIDTH)
        # Where things stand is in the embedding, but in no place of it: here it gets its place at once.
        self.laid, self.out = nn.Linear(DIMS, 256), nn.Linear(256, 48 * 64)
        self.thicken = nn.Conv2d(48, thick, 1)
        self.begin = Conv(48, thin, 3, 1, 1)
        self.places = nn.Parameter(0.02 * torch.randn(1, thin, 16, 16))
        self.places_within = nn.Parameter(0.02 * torch.randn(1, thick, 8, 8))
        self.down = nn.ModuleList([Block(thin, thin, told), Block(thin, thin, told)])
        self.narrow = Conv(thin, thick, 3, 2, 1)
        self.within = nn.ModuleList(Block(thick, thick, told) for _ in range(3))
        self.looks = nn.ModuleList(Cross(thick) for _ in range(2))
        self.widen = Conv(thick, thin, 3, 1, 1)
        self.up = nn.ModuleList([Block(2 * thin, thin, told), Block(2 * thin, thin, told)])
        self.norm, self.end = nn.GroupNorm(8, thin), Conv(thin, 48, 3, 1, 1)

    def forward(self, x, t, embedding):
        scaled = embedding * math.sqrt(DIMS)
        told = F.silu(self.mixed(F.silu(self.time(waves(t, 64)) + self.embedding(scaled))))
        tokens = self.as_tokens(scaled).reshape(-1, 8, WIDTH)
        y = self.begin(F.pixel_unshuffle(x, 4)) + self.places
        kept = []
        for block in self.down:
            y = block(y, told)
            kept.append(y)
        laid = self.thicken(self.out(F.silu(self.laid(scaled))).reshape(-1, 48, 8, 8))
        y = self.narrow(y) + self.places_within + laid
        for i, block in enumerate(self.within):
            y = block(y, told)
            if i < len(self.looks):
                y = self.looks[i](y, tokens)
        y = self.widen(F.interpolate(y, scale_factor=2.0, mode="nearest"))
        for block in self.up:
            y = block(torch.cat([y, kept.pop()], 1), told)
        return F.pixel_shuffle(self.end(F.silu(self.norm(y))), 4)


class Arrangement(nn.Module):
    """
    Picture [n, 3, 64, 64] to what its 16 x 16 cells hold, row by row [n, 256, 3 + classes + colours]: whether something stands there (logit), how far ahead and to the left (m),
    logits of class and of colour.
    """

    def __init__(self, classes, colours, width=48):
        super().__init__()
        norm = nn.BatchNorm2d
        conv = lambda a, b, stride=1, dilation=1: nn.Sequential(Conv(a, b, 3, stride, dilation, dilation, bias=False), norm(b), nn.ReLU())
        self.begin = nn.Sequential(conv(3, 24, 2), conv(24, width, 2))
        self.places = nn.Parameter(0.02 * torch.randn(1, width, 16, 16))
        self.blocks = nn.ModuleList(conv(width, width, 1, d) for d in (1, 2, 1, 2))
        self.end = Conv(width, 3 + classes + colours, 1)
        nn.init.constant_(self.end.bias[:1], -4.0)

    def forward(self, x):
        y = self.begin(x) + self.places
        for block in self.blocks:
            y = y + block(y)
        return self.end(y).flatten(2).transpose(1, 2)

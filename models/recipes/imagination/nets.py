"""Networks that imagine, after DALL-E 2 (Ramesh et al. 2022): words to an embedding, that to one of a picture (the prior), and
that to a picture (the decoder). Prior and decoder take noise away step by step (Ho et al. 2020, Song et al. 2021); both say what would be left
without noise. A fourth tells what stands where in a picture. In all of them class and colour go separate ways, so that a combination of both that was
never seen is made of what was seen of either."""
import math

import torch
from torch import nn
from torch.nn import functional as F

DIMS = 128
WIDTH = 96
LENGTH = 48
SIDE = 64
# Places on the table: left, middle, right.
PLACES = 3


class Conv(nn.Conv2d):
    """A convolution that learns in half the bits: on a processor it takes 0.6 of the time. (A GPU is told so for all that it does.)"""

    def forward(self, x):
        if x.is_cuda or not (self.training and torch.is_grad_enabled()):
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
    """
    Tokens [n, length] to an embedding [n, 128] of length 1. For class and for colour of each place on the table something looks where among the words it is told; what it
    takes from there is the word's own meaning, whatever stands beside it. [CLS] means nothing.
    """

    def __init__(self, vocabulary, layers=3, inner=48):
        super().__init__()
        self.table = nn.Embedding(vocabulary, WIDTH)
        # As large as those of words: order is half of what is said.
        nn.init.normal_(self.table.weight, std=0.3)
        self.places = nn.Parameter(0.3 * torch.randn(LENGTH, WIDTH))
        self.layers = nn.ModuleList(Layer(WIDTH) for _ in range(layers))
        self.norm = nn.LayerNorm(WIDTH)
        self.looks = nn.Linear(WIDTH, PLACES * 2, bias=False)
        self.meaning = nn.Embedding(vocabulary, inner)
        self.whole = nn.Linear(PLACES * 2 * inner, DIMS)

    def forward(self, ids):
        there = ids != 0
        x = self.table(ids) + self.places[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, there)
        where = self.looks(self.norm(x)) + (~there[:, :, None]).float() * -10000.0
        told = where.softmax(1).transpose(1, 2) @ self.meaning(ids)
        return F.normalize(self.whole(told.flatten(1)), dim=1)


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
    """
    Noisy embedding of a picture [n, 128], time [n] and embedding of words [n, 128] to the embedding without noise; these of a mean square of 1. Pictures lie near their words:
    what is learned is the rest.
    """

    def __init__(self, width=256):
        super().__init__()
        self.begin = nn.Linear(2 * DIMS + 64, width)
        self.blocks = nn.ModuleList(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width)) for _ in range(3))
        self.end = nn.Linear(width, DIMS)
        nn.init.zeros_(self.end.weight)

    def forward(self, x, t, text):
        told = text * math.sqrt(DIMS)
        y = self.begin(torch.cat([x, told, waves(t, 64)], 1))
        for block in self.blocks:
            y = y + block(y)
        return told + self.end(y)


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


class Look(nn.Module):
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
    Noisy picture [n, 3, 64, 64], time [n], and what is to stand in each of three places: class [n, 3, classes + 1] and colour [n, 3, colours + 1], shares that sum to 1,
    the last one for nothing; all zeros: that is not told. To the picture without noise. Squares of 2 x 2 pixels are cells of 32 x 32; of 16 x 16 and of 8 x 8 within.

    Class and colour are vectors that are laid where the thing will stand; how many there are, and nothing else of them, is told to all cells alike.
    """

    def __init__(self, classes, colours, widths=(32, 80, 176), told=128):
        super().__init__()
        fine, mid, coarse = widths
        self.labels, self.shades = (nn.Linear(count + 1, WIDTH, bias=False) for count in (classes, colours))
        for its in (self.labels, self.shades):
            nn.init.normal_(its.weight, std=1.0)
        self.slots = nn.Parameter(0.3 * torch.randn(2 * PLACES, WIDTH))
        self.time, self.counts, self.mixed = nn.Linear(64, told), nn.Linear(4 * PLACES, told), nn.Linear(told, told)
        self.laid = nn.Linear(told, PLACES * 256)
        self.thicken = nn.Conv2d(2 * WIDTH, mid, 1)
        self.begin = Conv(12, fine, 3, 1, 1)
        self.places = nn.Parameter(0.02 * torch.randn(1, mid, 16, 16))
        self.places_within = nn.Parameter(0.02 * torch.randn(1, coarse, 8, 8))
        self.down = Block(fine, fine, told)
        self.narrow = Conv(fine, mid, 3, 2, 1)
        self.down_mid = nn.ModuleList([Block(mid, mid, told), Block(mid, mid, told)])
        self.narrow_mid = Conv(mid, coarse, 3, 2, 1)
        self.within = nn.ModuleList(Block(coarse, coarse, told) for _ in range(3))
        self.looks = nn.ModuleList(Look(coarse) for _ in range(2))
        self.widen_mid = Conv(coarse, mid, 3, 1, 1)
        self.up_mid = nn.ModuleList([Block(2 * mid, mid, told), Block(2 * mid, mid, told)])
        self.widen = Conv(mid, fine, 3, 1, 1)
        self.up = Block(2 * fine, fine, told)
        self.norm, self.end = nn.GroupNorm(8, fine), Conv(fine, 12, 3, 1, 1)
        nn.init.zeros_(self.end.weight)

    def forward(self, x, t, label, shade):
        # Of each place whether it is told that nothing, and that something, stands there.
        counts = torch.cat([part for its in (label, shade) for part in (its[..., -1], its[..., :-1].sum(2))], 1)
        counts = self.counts(counts)
        told = F.silu(self.mixed(F.silu(self.time(waves(t, 64)) + counts)))
        label, shade = self.labels(label), self.shades(shade)
        tokens = torch.cat([label, shade], 1) + self.slots
        where = self.laid(F.silu(counts)).reshape(-1, PLACES, 256).transpose(1, 2)
        laid = self.thicken((where @ torch.cat([label, shade], 2)).transpose(1, 2).reshape(-1, 2 * WIDTH, 16, 16))
        fine = self.down(self.begin(F.pixel_unshuffle(x, 2)), told)
        y = self.narrow(fine) + self.places + laid
        kept = []
        for block in self.down_mid:
            y = block(y, told)
            kept.append(y)
        y = self.narrow_mid(y) + self.places_within
        for i, block in enumerate(self.within):
            y = block(y, told)
            if i < len(self.looks):
                y = self.looks[i](y, tokens)
        y = self.widen_mid(F.interpolate(y, scale_factor=2.0, mode="nearest")) + laid
        for block in self.up_mid:
            y = block(torch.cat([y, kept.pop()], 1), told)
        y = self.widen(F.interpolate(y, scale_factor=2.0, mode="nearest"))
        y = self.up(torch.cat([y, fine], 1), told)
        y = F.pixel_shuffle(self.end(F.silu(self.norm(y))), 2)
        # The network says how the mixture turns as time goes on (Salimans and Ho 2022): at either end of time that is easy.
        angle = (t * (math.pi / 2)).reshape(-1, 1, 1, 1)
        return angle.cos() * x - angle.sin() * y


class Decoder(nn.Module):
    """The U-Net with what it is told read off the embedding of a picture [n, 128], by the linear maps that this space was made for. An embedding of zeros: nothing is told."""

    def __init__(self, heads, unet):
        super().__init__()
        self.heads, self.unet = heads, unet

    def forward(self, x, t, embedding):
        told = (embedding.square().sum(1) > 0.5).float().reshape(-1, 1, 1)
        label, shade = (its.softmax(2) * told for its in self.heads(embedding))
        return self.unet(x, t, label, shade)


class Heads(nn.Module):
    """Of an embedding of length 1 what stands in each of three places: logits of class and of colour, the last of either for nothing."""

    def __init__(self, classes, colours):
        super().__init__()
        self.sides = classes + 1, colours + 1
        self.read = nn.Linear(DIMS, PLACES * sum(self.sides))

    def forward(self, embedding):
        return self.read(embedding * math.sqrt(DIMS)).reshape(-1, PLACES, sum(self.sides)).split(self.sides, 2)


class Reader(nn.Module):
    """Of an embedding of length 1 the shares of class, then of colour, of what stands in each of three places [n, 3, classes + 1 + colours + 1]: what a sentence says is to stand there."""

    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, embedding):
        return torch.cat([its.softmax(2) for its in self.heads(embedding)], 2)


class Arrangement(nn.Module):
    """
    Picture [n, 3, 64, 64] to what its 16 x 16 cells hold, row by row [n, 256, 3 + classes + colours]: whether something stands there (logit), how far ahead and to the left (m),
    logits of class and of colour.

    One branch sees shapes: it learns from pictures whose colours are false. It tells all but the colour, and which pixels belong to a thing. The other sees the colour of each of these
    pixels by itself, and the mean of the picture; it sees no shape.
    """

    def __init__(self, classes, colours, width=64, inner=32):
        super().__init__()
        norm = nn.BatchNorm2d
        conv = lambda a, b, stride=1, dilation=1: nn.Sequential(Conv(a, b, 3, stride, dilation, dilation, bias=False), norm(b), nn.ReLU())
        self.begin, self.narrow = conv(3, 24, 2), conv(24, width, 2)
        self.places = nn.Parameter(0.02 * torch.randn(1, width, 16, 16))
        self.blocks = nn.ModuleList(conv(width, width, 1, d) for d in (1, 2, 1, 2, 1))
        self.end = nn.Conv2d(width, 3 + classes, 1)
        nn.init.constant_(self.end.bias[:1], -4.0)
        self.mask, self.mask_fine = nn.Conv2d(width, 16, 1), nn.Conv2d(24, 4, 1)
        self.ask, self.answer = nn.Conv2d(width, inner, 1), nn.Conv2d(width, inner, 1)
        self.shades = nn.Sequential(nn.Conv2d(6, inner, 1), nn.ReLU(), nn.Conv2d(inner, inner, 1), nn.ReLU())
        self.name = nn.Sequential(nn.Linear(inner, inner), nn.ReLU(), nn.Linear(inner, colours))
        row, column = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
        self.register_buffer("cells", torch.stack([row.flatten(), column.flatten()], 1))
        self.register_buffer("base", torch.stack(place_of(row.flatten(), column.flatten()), 1))

    def forward(self, x, true=None):
        """true: the picture in its own colours, where x has false ones"""
        true = x if true is None else true
        fine = self.begin(x)
        y = self.narrow(fine) + self.places
        for block in self.blocks:
            y = y + block(y)
        flat = lambda planes: planes.flatten(2).transpose(1, 2)
        told = flat(self.end(y))
        mask = torch.sigmoid(F.pixel_shuffle(self.mask(y), 4) + F.pixel_shuffle(self.mask_fine(fine), 2))
        mean = true.mean((2, 3), keepdim=True).expand(-1, -1, SIDE, SIDE)
        shades = self.shades(torch.cat([true, mean], 1)) * mask
        parts = flat(F.avg_pool2d(torch.cat([shades, mask], 1), 4))
        # A thing is some five cells large.
        far = (self.cells[:, None] - self.cells[None]).square().sum(2) / (2 * 3.0**2)
        scores = flat(self.ask(y)) @ self.answer(y).flatten(2) / 4 - far
        pooled = scores.softmax(2) @ parts
        colour = self.name(pooled[..., :-1] / (pooled[..., -1:] + 1e-3))
        return torch.cat([told[..., :1], told[..., 1:3] + self.base, told[..., 3:], colour], 2)


FOCAL = SIDE / 2 / math.tan(math.pi / 6)
# The camera is 0.6 m above the table, its horizon 8.5 rows above the picture; of a thing the cell counts that is 6 rows above its foot.
HEIGHT, HORIZON, ABOVE = 0.6, -8.5, 6


def cell_of(ahead, left):
    """Row and column, of 16 x 16, of the cell of a thing that stands there (m)."""
    u, v = (SIDE - 1) / 2 - FOCAL * left / ahead, HORIZON + FOCAL * HEIGHT / ahead - ABOVE
    return tuple((its / 4).long().clamp(0, 15) for its in (v, u))


def place_of(row, column):
    """The place (m) whose cell this is, by its middle."""
    ahead = FOCAL * HEIGHT / (4 * row + 2 - HORIZON + ABOVE)
    return ahead, ((SIDE - 1) / 2 - 4 * column - 2) * ahead / FOCAL

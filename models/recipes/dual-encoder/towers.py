"""The two towers of CLIP (Radford et al. 2021) and SigLIP (Zhai et al. 2023), each as its own network, as the hub's folders have them."""
import math

import torch
from torch import nn


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


def tanh_gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


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


class Mlp(nn.Module):
    def __init__(self, width, gelu):
        super().__init__()
        self.up, self.down, self.gelu = nn.Linear(width, 4 * width), nn.Linear(4 * width, width), gelu

    def forward(self, x):
        return self.down(self.gelu(self.up(x)))


class Layer(nn.Module):
    def __init__(self, width, heads, gelu, eps):
        super().__init__()
        self.before, self.after = nn.LayerNorm(width, eps=eps), nn.LayerNorm(width, eps=eps)
        self.attention, self.mlp = Attention(width, heads), Mlp(width, gelu)

    def forward(self, x, mask=None):
        normal = self.before(x)
        x = x + self.attention(normal, normal, mask)
        return x + self.mlp(self.after(x))


class ClipText(nn.Module):
    def __init__(self, vocabulary, positions, width, layers, heads, dims):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.layers = nn.ModuleList(Layer(width, heads, quick_gelu, 1e-5) for _ in range(layers))
        self.norm, self.projection = nn.LayerNorm(width, eps=1e-5), nn.Linear(width, dims, bias=False)
        self.register_buffer("causal", torch.full((positions, positions), -1e9).triu(1))

    def forward(self, input_ids):
        length = input_ids.shape[1]
        x = self.tokens(input_ids) + self.positions.weight[:length]
        for layer in self.layers:
            x = layer(x, self.causal[:length, :length])
        # The end of the text has the highest number of all tokens.
        end = input_ids.argmax(1)
        picked = self.norm(x).gather(1, end.reshape(-1, 1, 1).expand(-1, 1, x.shape[2]))
        return self.projection(picked[:, 0])


class ClipVision(nn.Module):
    def __init__(self, side, patch, width, layers, heads, dims):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch, bias=False)
        self.first, self.positions = nn.Parameter(torch.randn(width)), nn.Embedding((side // patch) ** 2 + 1, width)
        self.before, self.after = nn.LayerNorm(width, eps=1e-5), nn.LayerNorm(width, eps=1e-5)
        self.layers = nn.ModuleList(Layer(width, heads, quick_gelu, 1e-5) for _ in range(layers))
        self.projection = nn.Linear(width, dims, bias=False)

    def forward(self, pixel_values):
        x = self.patches(pixel_values).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(x.shape[0], 1, -1), x], 1) + self.positions.weight
        x = self.before(x)
        for layer in self.layers:
            x = layer(x)
        return self.projection(self.after(x[:, 0]))


class SiglipText(nn.Module):
    def __init__(self, vocabulary, positions, width, layers, heads, dims):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.layers = nn.ModuleList(Layer(width, heads, tanh_gelu, 1e-6) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, dims)

    def forward(self, input_ids):
        x = self.tokens(input_ids) + self.positions.weight[: input_ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x)[:, -1])


class SiglipVision(nn.Module):
    def __init__(self, side, patch, width, layers, heads, dims):
        super().__init__()
        assert dims == width, "SigLIP's vision tower has no projection"
        self.patches, self.positions = nn.Conv2d(3, width, patch, patch), nn.Embedding((side // patch) ** 2, width)
        self.layers = nn.ModuleList(Layer(width, heads, tanh_gelu, 1e-6) for _ in range(layers))
        self.norm, self.last = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.probe, self.attention, self.mlp = nn.Parameter(torch.randn(1, 1, width)), Attention(width, heads), Mlp(width, tanh_gelu)

    def forward(self, pixel_values):
        x = self.patches(pixel_values).flatten(2).transpose(1, 2) + self.positions.weight
        for layer in self.layers:
            x = layer(x)
        x = self.attention(self.probe.expand(x.shape[0], -1, -1), self.norm(x))
        return (x + self.mlp(self.last(x)))[:, 0]

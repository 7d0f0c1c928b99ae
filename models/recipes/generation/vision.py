"""What makes features of a picture, with the projector folded in, as `vision_encoder.onnx` has it."""
import torch
from torch import nn

from towers import Layer, tanh_gelu


class Patches(nn.Module):
    def __init__(self, side, patch, width, layers, heads):
        super().__init__()
        self.patches, self.positions = nn.Conv2d(3, width, patch, patch), nn.Embedding((side // patch) ** 2, width)
        self.layers = nn.ModuleList(Layer(width, heads, tanh_gelu, 1e-6) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, pixel_values, mask=None):
        x = self.patches(pixel_values).flatten(2).transpose(1, 2) + self.positions.weight
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)


class LlavaVision(nn.Module):
    """A projector of two layers (Liu et al. 2023)."""

    def __init__(self, side, patch, width, layers, heads, out):
        super().__init__()
        self.tower = Patches(side, patch, width, layers, heads)
        self.up, self.down = nn.Linear(width, out), nn.Linear(out, out)

    def forward(self, pixel_values):
        return self.down(nn.functional.gelu(self.up(self.tower(pixel_values))))


class SmolVision(nn.Module):
    """Patches put together `factor` by `factor` before one layer (Marafioti et al. 2025): tiles of a picture in, features of each out."""

    def __init__(self, side, patch, width, layers, heads, out, factor):
        super().__init__()
        self.tower, self.patch, self.factor, self.row = Patches(side, patch, width, layers, heads), patch, factor, side // patch
        self.projection = nn.Linear(width * factor * factor, out, bias=False)

    def forward(self, pixel_values, pixel_attention_mask):
        seen = pixel_attention_mask.flatten(0, 1).float()[:, None]
        seen = nn.functional.max_pool2d(seen, self.patch).flatten(2)
        x = self.tower(pixel_values.flatten(0, 1), (1 - seen)[:, None] * -1e9)
        n, f = self.row // self.factor, self.factor
        x = x.reshape(x.shape[0], n, f, n, f, x.shape[2]).permute(0, 1, 3, 2, 4, 5)
        return self.projection(x.reshape(x.shape[0], n * n, -1))

"""What makes features of a picture, with the projector folded in, as `vision_encoder.onnx` has it."""
import torch
from torch import nn

from decoders import FAR, RmsNorm, attend, rates_of, split, turned
from towers import Layer, quick_gelu, tanh_gelu


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


class QwenLayer(nn.Module):
    """@param is_later of Qwen2.5-VL, made as the layers of its words are"""

    def __init__(self, width, heads, is_later):
        super().__init__()
        self.heads = heads
        self.before, self.after = (RmsNorm(width) if is_later else nn.LayerNorm(width, eps=1e-6) for _ in range(2))
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.gate = nn.Linear(width, 3 * width) if is_later else None
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)

    def forward(self, x, angles, mask):
        q, k, v = (split(its, self.heads) for its in self.qkv(self.before(x)).chunk(3, -1))
        x = x + self.out(attend(turned(q, angles), turned(k, angles), v, mask))
        normal = self.after(x)
        up = self.up(normal)
        return x + self.down(quick_gelu(up) if self.gate is None else nn.functional.silu(self.gate(normal)) * up)


class QwenVision(nn.Module):
    """Patches of a picture of any size, turned by their row and column; two by two become a feature (Wang et al. 2024, Qwen2-VL). With a
    window, patches of all layers but the last attend within squares of so many features a side (Bai et al. 2025, Qwen2.5-VL)."""

    def __init__(self, patch, width, layers, heads, out, window=None):
        super().__init__()
        self.each, self.window = width // heads, window
        # A convolution that steps as far as it is large.
        self.patches = nn.Linear(3 * 2 * patch * patch, width, bias=False)
        self.layers = nn.ModuleList(QwenLayer(width, heads, window is not None) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6) if window is None else RmsNorm(width)
        self.up, self.down = nn.Linear(4 * width, 4 * width), nn.Linear(4 * width, out)

    def forward(self, pixel_values, grid_thw):
        whole = lambda a, b: torch.div(a, b, rounding_mode="floor")
        number = torch.arange(pixel_values.shape[0])
        feature, inside = whole(number, 4), number % 4
        columns = whole(grid_thw[0, 2], 2)
        row, column = whole(feature, columns), feature % columns
        rates = rates_of(self.each // 4)
        height, width = 2 * row + whole(inside, 2), 2 * column + inside % 2
        angles = torch.cat([height[:, None].float() * rates, width[:, None].float() * rates], -1)[None]
        everywhere = torch.zeros(1)
        within = everywhere
        if self.window is not None:
            square = whole(row, self.window) * 10000 + whole(column, self.window)
            within = (square[:, None] != square[None, :]).float() * FAR
        x = self.patches(pixel_values)[None]
        for i, layer in enumerate(self.layers):
            x = layer(x, angles, everywhere if i == len(self.layers) - 1 else within)
        x = self.norm(x).reshape(-1, 4 * x.shape[2])
        return self.down(nn.functional.gelu(self.up(x)))

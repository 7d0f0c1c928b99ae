"""Language models as the hub's folders have them: with the keys and values of what was said before as inputs and outputs."""
import math

import torch
from torch import nn

FAR = -1e9


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * self.weight


def rates_of(count, base=10000.0):
    """How fast each pair of numbers turns from one position to the next (Su et al. 2021)."""
    return base ** (-torch.arange(count, dtype=torch.float32) / count)


def angles_of(position_ids, count, base=10000.0, sections=None):
    """Rotary positions [batch, tokens] as angles [batch, tokens, count]. With sections they are [3, batch, tokens], time, height and width,
    and each turns so many of the pairs (M-RoPE, Wang et al. 2024)."""
    angles = position_ids[..., None].float() * rates_of(count, base)
    if sections is None:
        return angles
    return torch.cat([its[axis] for axis, its in enumerate(angles.split(sections, -1))], -1)


def turned(x, angles):
    """Both halves of a head turned against one another."""
    half = x.shape[-1] // 2
    cos, sin = angles.cos()[:, None], angles.sin()[:, None]
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def split(x, heads):
    return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


def shared(x, groups):
    """Each head's keys or values for `groups` heads of questions."""
    return x if groups == 1 else x[:, :, None].expand(-1, -1, groups, -1, -1).flatten(1, 2)


def attend(q, k, v, mask):
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1]) + mask
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def causal(length, past, attention_mask=None):
    """0 where a token may look, far below elsewhere: [1, 1, length, past + length]."""
    seen = torch.arange(past + length)[None, :] <= torch.arange(length)[:, None] + past
    hidden = (~seen).float()[None, None]
    if attention_mask is not None:
        hidden = hidden + (1 - attention_mask.float())[:, None, None, :]
    return hidden.clamp(max=1.0) * FAR


class LlamaLayer(nn.Module):
    def __init__(self, width, heads, kv_heads, bias):
        super().__init__()
        each = width // heads
        self.heads, self.kv_heads = heads, kv_heads
        self.before, self.after = RmsNorm(width), RmsNorm(width)
        self.q, self.out = nn.Linear(width, width, bias=bias), nn.Linear(width, width, bias=False)
        self.k, self.v = (nn.Linear(width, kv_heads * each, bias=bias) for _ in range(2))
        self.gate, self.up = (nn.Linear(width, 3 * width, bias=False) for _ in range(2))
        self.down = nn.Linear(3 * width, width, bias=False)

    def forward(self, x, angles, mask, past_k, past_v):
        normal = self.before(x)
        q = turned(split(self.q(normal), self.heads), angles)
        k = torch.cat([past_k, turned(split(self.k(normal), self.kv_heads), angles)], 2)
        v = torch.cat([past_v, split(self.v(normal), self.kv_heads)], 2)
        groups = self.heads // self.kv_heads
        x = x + self.out(attend(q, shared(k, groups), shared(v, groups), mask))
        normal = self.after(x)
        return x + self.down(nn.functional.silu(self.gate(normal)) * self.up(normal)), k, v


class Llama(nn.Module):
    """The decoder of the LLaVA class: it takes embeddings, and pictures' features lie among them. Qwen's has biases where it asks."""

    def __init__(self, vocabulary, width, layers, heads, kv_heads, bias=False, base=10000.0, sections=None):
        super().__init__()
        self.shape = (layers, kv_heads, width // heads)
        self.base, self.sections = base, sections
        self.tokens = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(LlamaLayer(width, heads, kv_heads, bias) for _ in range(layers))
        self.norm, self.head = RmsNorm(width), nn.Linear(width, vocabulary, bias=False)

    def empty(self):
        layers, heads, each = self.shape
        return [torch.zeros(1, heads, 0, each) for _ in range(2 * layers)]

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        x = inputs_embeds
        mask = causal(x.shape[1], past[0].shape[2], attention_mask)
        angles = angles_of(position_ids, self.shape[2] // 2, self.base, self.sections)
        present = []
        for i, layer in enumerate(self.layers):
            x, k, v = layer(x, angles, mask, past[2 * i], past[2 * i + 1])
            present += [k, v]
        return (self.head(self.norm(x)), *present)


@torch.jit.script
def of_source(use_cache_branch: torch.Tensor, past: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
    """What the picture or sound gives is computed once; afterwards nothing is given back for it, as merged decoders do it."""
    if bool(use_cache_branch[0]):
        kept = past
    else:
        kept = source
    return kept


class CrossLayer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        self.asked, self.held, self.told, self.said = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, source, use_cache_branch, mask, past):
        normal = self.norms[0](x)
        k = torch.cat([past[0], split(self.k(normal), self.heads)], 2)
        v = torch.cat([past[1], split(self.v(normal), self.heads)], 2)
        x = x + self.out(attend(split(self.q(normal), self.heads), k, v, mask))
        held, told = split(self.held(source), self.heads), split(self.told(source), self.heads)
        if use_cache_branch is not None:
            held, told = of_source(use_cache_branch, past[2], held), of_source(use_cache_branch, past[3], told)
        normal = self.norms[1](x)
        x = x + self.said(attend(split(self.asked(normal), self.heads), held, told, torch.zeros(1)))
        return x + self.down(nn.functional.gelu(self.up(self.norms[2](x)))), [k, v, held, told]


class CrossDecoder(nn.Module):
    """The decoder of an encoder-decoder (Vaswani et al. 2017, norms first). `merged` with the inputs of optimum's merged decoders:
    keys and values of the source as well, and whether they are there already."""

    def __init__(self, vocabulary, width, layers, heads, positions, merged):
        super().__init__()
        self.shape, self.merged = (layers, heads, width // heads), merged
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.layers = nn.ModuleList(CrossLayer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def empty(self):
        layers, heads, each = self.shape
        return [torch.zeros(1, heads, 0, each) for _ in range((4 if self.merged else 2) * layers)]

    def forward(self, input_ids, encoder_hidden_states, *rest):
        use_cache_branch, past = (rest[-1], rest[:-1]) if self.merged else (None, rest)
        each = 4 if self.merged else 2
        before, length = past[0].shape[2], input_ids.shape[1]
        x = self.tokens(input_ids) + self.positions(torch.arange(length) + before)
        mask = causal(length, before)
        present = []
        for i, layer in enumerate(self.layers):
            x, kept = layer(x, encoder_hidden_states, use_cache_branch, mask, past[each * i : each * (i + 1)])
            present += kept[:each]
        return (self.norm(x) @ self.tokens.weight.T, *present)

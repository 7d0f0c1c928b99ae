"""The networks as they ship, to go on with: what write.py wrote, the other way round.

Weights are whole numbers of 8 bits times a factor for each output, and convolutions have taken in their normalisation. So a normalisation begins as what changes nothing, and
`renormalised` makes it again from clips: it then gives the same, and what is learned is normalised as it was.
"""
import json

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from senses import Listener, Seer
from teller import SIGNS, UNK, Teller

# Of the generative family, whose folder teller.py has put first.
from talk import ENDINGS

# Whose parts are in which file, and what they are called there.
FILES = {
    "embed_tokens": {"": "teller.tokens."},
    "vision_encoder": {"sight.seer.": "seer.", "cells.": "teller.cells."},
    "audio_encoder": {"listener.": "listener.", "ears.": "teller.ears."},
    "decoder_model_merged": {"": "teller."},
}
EPS = nn.BatchNorm2d(1).eps


def shipped(folder):
    """As learn.py saves a run."""
    said = {}
    for file, parts in FILES.items():
        for its in onnx.load(f"{folder}/onnx/{file}_quantized.onnx").graph.initializer:
            begins = next((part for part in parts if its.name.startswith(part)), None)
            if begins is not None:
                said[parts[begins] + its.name[len(begins) :]] = torch.from_numpy(numpy_helper.to_array(its).copy())
    weights = {name: its for name, its in said.items() if not name.endswith((".whole", ".factor"))}
    weights.update({f"{name[:-6]}.weight": its.float() * said[f"{name[:-6]}.factor"] for name, its in said.items() if name.endswith(".whole")})
    config, tokenizer = (json.load(open(f"{folder}/{name}.json")) for name in ("config", "tokenizer"))
    classes, colours = (config["vision_config"][name] for name in ("classes", "colours"))
    known = tokenizer["model"]["vocab"]
    vocabulary = sorted(known, key=known.get)
    networks = {"seer": Seer(len(classes), len(colours)), "listener": Listener(), "teller": Teller(len(vocabulary), len(classes), len(colours))}
    run = {"classes": classes, "colours": colours, "vocabulary": vocabulary}
    for name, network in networks.items():
        its = {key[len(name) + 1 :]: value for key, value in weights.items() if key.startswith(f"{name}.")}
        run[name] = with_normalisation(network.state_dict(), its)
    tokens = run["teller"]["tokens.weight"]
    run["used"] = [i for i in range(len(tokens)) if i < len(SIGNS) + len(ENDINGS) or not torch.equal(tokens[i], tokens[UNK])]
    return run


def with_normalisation(wanted, its):
    """Parts of a network whose convolutions have taken in what normalises: that is put beside them, so that it changes nothing. What it did not have begins as in a new one."""
    out = {}
    for name, value in wanted.items():
        layer, _, kind = name.rpartition(".")
        convolution = f"{layer[:-1]}0"
        if layer.endswith(".1") and f"{convolution}.bias" in its and f"{convolution}.bias" not in wanted:
            bias = its[f"{convolution}.bias"]
            out[name] = {"weight": (1 + EPS) ** 0.5 * torch.ones_like(bias), "bias": bias, "running_mean": 0 * bias, "running_var": torch.ones_like(bias)}.get(kind, value)
        else:
            out[name] = its[name].reshape(value.shape) if name in its else value
    return out


@torch.no_grad()
def renormalised(network, run):
    """The same network, whose normalisations have the means and deviations that come when `run` is called; for what has just been shipped."""

    def measure(normal, given):
        dims = [i for i in range(given[0].ndim) if i != 1]
        variance, mean = torch.var_mean(given[0], dims, unbiased=False)
        normal.bias += mean - normal.running_mean
        normal.weight.copy_((variance + normal.eps).sqrt())
        normal.running_mean.copy_(mean)
        normal.running_var.copy_(variance)

    hooks = [its.register_forward_pre_hook(measure) for its in network.modules() if isinstance(its, (nn.BatchNorm1d, nn.BatchNorm2d))]
    run()
    for hook in hooks:
        hook.remove()
    return network

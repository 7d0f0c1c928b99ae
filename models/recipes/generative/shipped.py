"""Networks out of the folder that `pack.py` wrote, so that a training can go on from what ships: weights of 8 bits, multiplied out."""
import json

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from eyes import Eyes
from speaker import SIDES, SOUNDS, Speaker

# Of the contrastive family, whose folder eyes.py has put first.
from towers import Sound


def weights_of(folder, network, prefix=""):
    """By name, those that begin with `prefix`, which is taken off."""
    graph = onnx.load(f"{folder}/onnx/{network}_quantized.onnx").graph
    kept = {its.name: torch.from_numpy(numpy_helper.to_array(its).copy()) for its in graph.initializer}
    out = {}
    for name, its in kept.items():
        if not name.startswith(prefix) or name.endswith("factor"):
            continue
        name, inner = name[len(prefix):], name
        if inner.endswith("whole"):
            out[f"{name[:-len('whole')]}weight"] = its.float() * kept[f"{inner[:-len('whole')]}factor"]
        else:
            out[name] = its
    return out


NORMS = nn.BatchNorm1d, nn.BatchNorm2d


def taken(network, weights):
    """Into batch norms, which `pack.py` has multiplied into the convolutions before them, goes what was added."""
    norms = {f"{name}.0": f"{name}.1" for name, its in network.named_modules() if isinstance(its, nn.Sequential) and len(its) > 1 and isinstance(its[1], NORMS)}
    state = network.state_dict()
    for name, its in weights.items():
        layer, _, what = name.rpartition(".")
        state[f"{norms[layer]}.{what}" if layer in norms and what == "bias" else name] = its
    network.load_state_dict(state)
    for its in network.modules():
        if isinstance(its, NORMS):
            its.running_var.fill_(1 - its.eps)
    return network.eval()


@torch.no_grad()
def norms_from(network, given):
    """Gives batch norms the statistics of what is `given`, so that the network says what it said, and can be trained."""
    def take(norm, inputs):
        mean, var = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
        norm.bias += norm.weight * (mean - norm.running_mean) / torch.sqrt(norm.running_var + norm.eps)
        norm.weight *= torch.sqrt(var + norm.eps) / torch.sqrt(norm.running_var + norm.eps)
        norm.running_mean.copy_(mean), norm.running_var.copy_(var)
    hooks = [its.register_forward_pre_hook(take) for its in network.modules() if isinstance(its, NORMS)]
    network.eval()(given)
    for hook in hooks:
        hook.remove()
    return network


def eyes_of(folder, pixels):
    """The encoder of pictures that ships; batch norms are made for `pixels` [n, 3, 120, 160]."""
    weights = weights_of(folder, "vision_encoder", "sight.eyes.")
    classes = len(weights["described.names.weight"])
    return norms_from(taken(Eyes(classes, len(weights["colour.weight"]), len(weights["label.weight"]) - classes - 1), weights), pixels)


def sound_of(folder):
    """The encoder of sounds that ships."""
    return taken(Sound(SOUNDS, SIDES), weights_of(folder, "audio_encoder", "sound."))


def speaker_of(folder):
    """The bridge and the language model that ship, and its vocabulary."""
    config = json.load(open(f"{folder}/config.json"))
    vocabulary = json.load(open(f"{folder}/tokenizer.json"))["model"]["vocab"]
    vocabulary = sorted(vocabulary, key=vocabulary.get)
    parts = {
        **weights_of(folder, "decoder_model_merged"),
        **{f"tokens.{name}": its for name, its in weights_of(folder, "embed_tokens").items()},
        **{name: its for name, its in weights_of(folder, "vision_encoder").items() if name.startswith(("cells.", "former."))},
        **{name: its for name, its in weights_of(folder, "audio_encoder").items() if name.startswith("hearing.")},
    }
    speaker = Speaker(len(vocabulary), parts["cells.label.weight"].shape[1] - 1, parts["cells.colour.weight"].shape[1], config["bridge"])
    speaker.load_state_dict(parts)
    return speaker, vocabulary

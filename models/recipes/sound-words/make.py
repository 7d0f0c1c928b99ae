#!/usr/bin/env python3
"""Writes a dual encoder of words and sounds (CLAP, Wu et al. 2023) of random weights in the hub's layout, with what it has to give.

    /usr/bin/python3 models/recipes/sound-words/make.py test/hub/models/clap

Needs PyTorch (Debian's python3-torch) and NumPy. The same numbers come out each time.
"""
import argparse
import json
import math
import os
import sys

import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", name) for name in ("dual-encoder", "generation")]
from common import export  # noqa: E402
from pairs import BytePairs  # noqa: E402
from towers import Layer, tanh_gelu  # noqa: E402

RATE, SAMPLES, FFT, HOP, BANDS = 48_000, 48_000, 1024, 480, 16
LOW, HIGH = 50, 14_000
WIDTH, DIMS, POSITIONS = 24, 16, 34
FRAMES = SAMPLES // HOP + 1
TEXTS = ["a dog barks", "The sound of  a door, slammed!", "", "rain on the roof " * 12]
# Shorter than the window, by more than half and by less; and longer: its middle is heard.
SOUNDS = [(11_000, 300), (30_000, 500), (70_000, 900)]


class Text(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        self.layers = nn.ModuleList(Layer(WIDTH, 2, tanh_gelu, 1e-5) for _ in range(2))
        self.projection = nn.Linear(WIDTH, DIMS)

    def forward(self, input_ids, attention_mask):
        x = self.tokens(input_ids) + self.positions.weight[2 : input_ids.shape[1] + 2]
        mask = (1 - attention_mask.float())[:, None, None] * -1e9
        for layer in self.layers:
            x = layer(x, mask)
        return self.projection(x[:, 0])


class Sound(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(1, WIDTH, (20, BANDS), (20, BANDS))
        self.layers = nn.ModuleList(Layer(WIDTH, 2, tanh_gelu, 1e-5) for _ in range(2))
        self.projection = nn.Linear(WIDTH, DIMS)

    def forward(self, input_features):
        x = self.patches(input_features / 40).flatten(2).transpose(1, 2)
        for layer in self.layers:
            x = layer(x)
        return self.projection(x.mean(1))


def sung(count, pitch):
    """A rising tone with a beat; the test sings the same."""
    t = np.arange(count) / RATE
    return (0.4 * np.sin(2 * math.pi * (pitch + 60 * t) * t) * (1 + 0.5 * np.sin(2 * math.pi * 5 * t)) * 0.66).astype(np.float32)


def whole(samples):
    """As long as the window: repeated as often as it fits and filled up with silence, or its middle."""
    if len(samples) > SAMPLES:
        start = (len(samples) - SAMPLES) // 2
        return samples[start : start + SAMPLES]
    repeated = np.tile(samples, SAMPLES // len(samples))
    return np.pad(repeated, (0, SAMPLES - len(repeated)))


def log_mel(samples):
    to_mel = lambda f: 3 * f / 200 if f < 1000 else 15 + 27 * math.log(f / 1000) / math.log(6.4)
    to_hertz = lambda m: 200 * m / 3 if m < 15 else 1000 * math.exp(math.log(6.4) * (m - 15) / 27)
    edges = [to_hertz(m) for m in np.linspace(to_mel(LOW), to_mel(HIGH), BANDS + 2)]
    bins = np.linspace(0, RATE / 2, FFT // 2 + 1)
    rows = [np.maximum(0, np.minimum((bins - a) / (b - a), (c - bins) / (c - b))) * 2 / (c - a) for a, b, c in zip(edges, edges[1:], edges[2:])]
    signal = torch.tensor(whole(samples), dtype=torch.float64)
    spectrum = torch.stft(signal, FFT, HOP, window=torch.hann_window(FFT, dtype=torch.float64), center=True, pad_mode="reflect", return_complex=True)
    mel = torch.tensor(np.array(rows)) @ spectrum.abs() ** 2
    return (10 * mel.clamp(min=1e-10).log10()).T.float()[None, None]


def numbers(tensor):
    return [round(float(value), 7) for value in tensor.flatten()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    args = parser.parse_args()
    torch.manual_seed(9)
    words = BytePairs(["</s>", "<s>", "<pad>"])
    text, sound = Text(len(words.vocabulary)).eval(), Sound().eval()
    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "tokenizer" in name else 1)
    tokenizer, tokenizer_config = words.files("RobertaTokenizer", pad_token="<pad>", bos_token="<s>", model_max_length=POSITIONS - 2)
    start, end = words.vocabulary["<s>"], words.vocabulary["</s>"]
    tokenizer["post_processor"] = {"type": "RobertaProcessing", "sep": ["</s>", end], "cls": ["<s>", start], "trim_offsets": True, "add_prefix_space": False}
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    write("config.json", {
        "model_type": "clap",
        "architectures": ["ClapModel"],
        "projection_dim": DIMS,
        "text_config": {"model_type": "clap_text_model", "hidden_size": WIDTH, "max_position_embeddings": POSITIONS, "vocab_size": len(words.vocabulary)},
        "audio_config": {"model_type": "clap_audio_model", "num_mel_bins": BANDS},
    })
    write("preprocessor_config.json", {
        "feature_extractor_type": "ClapFeatureExtractor",
        "sampling_rate": RATE,
        "feature_size": BANDS,
        "fft_window_size": FFT,
        "nb_frequency_bins": FFT // 2 + 1,
        "hop_length": HOP,
        "nb_max_samples": SAMPLES,
        "frequency_min": LOW,
        "frequency_max": HIGH,
        "truncation": "rand_trunc",
        "padding": "repeatpad",
    })
    with torch.no_grad():
        ids = torch.tensor([[start, 5, 6, end]])
        axes = {"input_ids": {0: "b", 1: "n"}, "attention_mask": {0: "b", 1: "n"}, "text_embeds": {0: "b"}}
        export(text, (ids, torch.ones_like(ids)), ["input_ids", "attention_mask"], ["text_embeds"], axes, file("onnx", "text_model.onnx"))
        batch = {0: "b"}
        export(sound, torch.zeros(1, 1, FRAMES, BANDS), ["input_features"], ["audio_embeds"], {"input_features": batch, "audio_embeds": batch}, file("onnx", "audio_model.onnx"))
        golden = {"texts": [], "sounds": []}
        for sentence in TEXTS:
            ids = [start, *words.ids(sentence)[: POSITIONS - 4], end]
            its = torch.tensor([ids])
            golden["texts"].append({"text": sentence, "ids": ids, "embedding": numbers(text(its, torch.ones_like(its)))})
        for samples, pitch in SOUNDS:
            mel = log_mel(sung(samples, pitch))
            golden["sounds"].append({"samples": samples, "pitch": pitch, "mel": numbers(mel.flatten()[::37]), "embedding": numbers(sound(mel))})
    write("golden.json", golden)


main()

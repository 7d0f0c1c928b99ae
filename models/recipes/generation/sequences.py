#!/usr/bin/env python3
"""Writes encoder-decoders of random weights in the hub's layout, with what they have to give.

    /usr/bin/python3 models/recipes/generation/sequences.py vision-encoder-decoder test/hub/models/vision-encoder-decoder
    /usr/bin/python3 models/recipes/generation/sequences.py whisper test/hub/models/whisper

Needs PyTorch (Debian's python3-torch), NumPy and Pillow. The same numbers come out each time.
"""
import argparse
import base64
import json
import math
import os

import numpy as np
import torch
from PIL import Image
from torch import nn

from common import SPACES, confidence, drawn, export
from decoders import CrossDecoder
from pairs import BytePairs
from towers import Layer, tanh_gelu
from vision import Patches

NEW_TOKENS = 12
SIDE = 32
WIDTH, LAYERS, HEADS, POSITIONS = 32, 2, 2, 64
SPECIAL = {
    "vision-encoder-decoder": ["<|endoftext|>"],
    "whisper": ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>", "<|transcribe|>", "<|startofprev|>", "<|notimestamps|>"],
}
# Samples of the pieces of sound that are drawn, at 16,000 a second.
RATE, SECONDS, BANDS, FFT, HOP = 16_000, 3, 16, 400, 160


class SoundEncoder(nn.Module):
    """Two convolutions, the second with a stride of two, then a transformer (Radford et al. 2022)."""

    def __init__(self, frames):
        super().__init__()
        self.first, self.second = nn.Conv1d(BANDS, WIDTH, 3, padding=1), nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.positions = nn.Embedding(frames // 2, WIDTH)
        self.layers = nn.ModuleList(Layer(WIDTH, HEADS, tanh_gelu, 1e-5) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, input_features):
        x = nn.functional.gelu(self.second(nn.functional.gelu(self.first(input_features))))
        x = x.transpose(1, 2) + self.positions.weight
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


def sung(count, pitch):
    """A rising tone with a beat; the test sings the same."""
    t = np.arange(count) / RATE
    return (0.4 * np.sin(2 * math.pi * (pitch + 60 * t) * t) * (1 + 0.5 * np.sin(2 * math.pi * 5 * t)) * 0.66).astype(np.float32)


def mel_filters():
    """Slaney's scale and norm (Auditory Toolbox, 1998): straight to 1 kHz, then logarithmic; each band of equal area."""
    to_mel = lambda f: 3 * f / 200 if f < 1000 else 15 + 27 * math.log(f / 1000) / math.log(6.4)
    to_hertz = lambda m: 200 * m / 3 if m < 15 else 1000 * math.exp(math.log(6.4) * (m - 15) / 27)
    edges = [to_hertz(m) for m in np.linspace(to_mel(0), to_mel(8000), BANDS + 2)]
    bins = np.linspace(0, RATE / 2, FFT // 2 + 1)
    rows = []
    for low, centre, high in zip(edges, edges[1:], edges[2:]):
        rows.append(np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre))) * 2 / (high - low))
    return torch.tensor(np.array(rows), dtype=torch.float64)


def log_mel(samples):
    whole = torch.zeros(SECONDS * RATE, dtype=torch.float64)
    whole[: len(samples)] = torch.tensor(samples, dtype=torch.float64)
    spectrum = torch.stft(whole, FFT, HOP, window=torch.hann_window(FFT, dtype=torch.float64), center=True, pad_mode="reflect", return_complex=True)
    mel = (mel_filters() @ spectrum[:, :-1].abs() ** 2).clamp(min=1e-10).log10()
    return ((torch.maximum(mel, mel.max() - 8) + 4) / 4).float()[None]


def export_decoder(decoder, merged, source, path):
    layers, heads, each = decoder.shape
    kinds = ("decoder.key", "decoder.value", "encoder.key", "encoder.value") if merged else ("key", "value")
    names = [f"{i}.{kind}" for i in range(layers) for kind in kinds]
    past, present = [f"past_key_values.{name}" for name in names], [f"present.{name}" for name in names]
    lengths = [source.shape[1] if "encoder" in name else 2 for name in names]
    given = [torch.zeros(1, 3, dtype=torch.int64), source, *[torch.zeros(1, heads, length, each) for length in lengths]]
    inputs = ["input_ids", "encoder_hidden_states", *past]
    if merged:
        given.append(torch.tensor([True]))
        inputs.append("use_cache_branch")
    axes = {"input_ids": {0: "b", 1: "n"}, "encoder_hidden_states": {0: "b", 1: "source"}, "logits": {0: "b", 1: "n"}}
    axes.update({name: {0: "b", 2: "past"} for name in [*past, *present]})
    export(decoder, tuple(given), inputs, ["logits", *present], axes, path)


def generated(decoder, source, start, end, merged, never=()):
    """Greedy, from all that was said so far each time."""
    ids, scores = [], []
    for _ in range(NEW_TOKENS):
        rest = [*decoder.empty(), torch.tensor([False])] if merged else decoder.empty()
        logits, *_ = decoder(torch.tensor([[*start, *ids]]), source, *rest)
        score = logits[0, -1].clone()
        score[list(never)] = -math.inf
        if not ids and never:
            score[end] = -math.inf
        scores.append(score)
        ids.append(int(score.argmax()))
        if ids[-1] == end:
            break
    return ids, scores


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=list(SPECIAL))
    parser.add_argument("out")
    args = parser.parse_args()
    family, is_speech = args.family, args.family == "whisper"
    torch.manual_seed(5)
    words = BytePairs(SPECIAL[family])
    count, end = len(words.vocabulary), words.vocabulary["<|endoftext|>"]
    frames = SECONDS * RATE // HOP
    encoder = (SoundEncoder(frames) if is_speech else Patches(SIDE, 8, WIDTH, LAYERS, HEADS)).eval()
    decoder = CrossDecoder(count, WIDTH, LAYERS, HEADS, POSITIONS, merged=is_speech).eval()
    for weight in decoder.layers.parameters():
        weight.data *= 3 if weight.dim() > 1 else 1

    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "tokenizer" in name else 1)
    tokenizer, tokenizer_config = words.files("WhisperTokenizer" if is_speech else "GPT2Tokenizer")
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    token = words.vocabulary.__getitem__
    if is_speech:
        write("config.json", {
            "model_type": "whisper",
            "architectures": ["WhisperForConditionalGeneration"],
            "is_encoder_decoder": True,
            "vocab_size": count,
            "d_model": WIDTH,
            "num_mel_bins": BANDS,
            "decoder_layers": LAYERS,
            "decoder_attention_heads": HEADS,
            "encoder_layers": LAYERS,
            "encoder_attention_heads": HEADS,
            "max_source_positions": frames // 2,
            "max_target_positions": POSITIONS,
            "decoder_start_token_id": token("<|startoftranscript|>"),
            "eos_token_id": end,
        })
        never = [token("<|startofprev|>"), 5, 17]
        write("generation_config.json", {
            "eos_token_id": end,
            "decoder_start_token_id": token("<|startoftranscript|>"),
            "is_multilingual": True,
            "lang_to_id": {"<|en|>": token("<|en|>"), "<|de|>": token("<|de|>")},
            "task_to_id": {"transcribe": token("<|transcribe|>"), "translate": token("<|translate|>")},
            "no_timestamps_token_id": token("<|notimestamps|>"),
            "suppress_tokens": never,
            "begin_suppress_tokens": [end],
        })
        write("preprocessor_config.json", {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "sampling_rate": RATE,
            "feature_size": BANDS,
            "n_fft": FFT,
            "hop_length": HOP,
            "chunk_length": SECONDS,
            "n_samples": SECONDS * RATE,
            "nb_max_frames": frames,
        })
    else:
        half = {"do_resize": True, "do_rescale": True, "do_normalize": True, "rescale_factor": 1 / 255, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        write("config.json", {
            "model_type": "vision-encoder-decoder",
            "architectures": ["VisionEncoderDecoderModel"],
            "is_encoder_decoder": True,
            "decoder_start_token_id": end,
            "eos_token_id": end,
            "encoder": {"model_type": "vit", "hidden_size": WIDTH, "image_size": SIDE, "patch_size": 8, "num_attention_heads": HEADS},
            "decoder": {"model_type": "gpt2", "n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_positions": POSITIONS, "vocab_size": count},
        })
        write("preprocessor_config.json", {"image_processor_type": "ViTImageProcessor", **half, "resample": 2, "size": {"height": SIDE, "width": SIDE}})

    with torch.no_grad():
        golden = []
        given = torch.zeros(1, BANDS, frames) if is_speech else torch.zeros(1, 3, SIDE, SIDE)
        name = "input_features" if is_speech else "pixel_values"
        export(encoder, given, [name], ["last_hidden_state"], {name: {0: "b"}, "last_hidden_state": {0: "b"}}, file("onnx", "encoder_model.onnx"))
        export_decoder(decoder, is_speech, encoder(given), file("onnx", "decoder_model_merged.onnx"))
        if is_speech:
            # Shorter than the window, and longer: its end is not heard.
            for samples, pitch, language in [(20_000, 220, "en"), (60_000, 410, "de")]:
                mel = log_mel(sung(samples, pitch)[: SECONDS * RATE])
                source = encoder(mel)
                start = [token("<|startoftranscript|>"), token(f"<|{language}|>"), token("<|transcribe|>"), token("<|notimestamps|>")]
                ids, scores = generated(decoder, source, start, end, True, never)
                kept = ids[: ids.index(end)] if end in ids else ids
                # Which language it is: the likelier of the tokens that name one.
                first, *_ = decoder(torch.tensor([start[:1]]), source, *decoder.empty(), torch.tensor([False]))
                heard = max(["en", "de"], key=lambda its: float(first[0, -1][token(f"<|{its}|>")]))
                golden.append({"samples": samples, "pitch": pitch, "language": language, "heard": heard, "mel": [round(float(v), 6) for v in mel.flatten()[::37]], "ids": kept, "text": words.text(kept).strip(SPACES), "confidence": confidence(ids, scores)})
        else:
            for width, height in [(50, 40), (33, 71), (16, 16)]:
                levels = np.asarray(drawn(width, height).resize((SIDE, SIDE), Image.BILINEAR))
                pixels = torch.tensor((levels / 255 - 0.5).transpose(2, 0, 1)[None] / 0.5, dtype=torch.float32)
                ids, scores = generated(decoder, encoder(pixels), [end], end, False)
                kept = ids[: ids.index(end)] if end in ids else ids
                golden.append({"width": width, "height": height, "levels": base64.b64encode(levels.tobytes()).decode(), "ids": kept, "text": words.text(kept).strip(SPACES), "confidence": confidence(ids, scores)})
    write("golden.json", golden)


main()

#!/usr/bin/env python3
"""Writes what was trained in the hub's layout (LLaVA's class), with weights of 8 bits, and what it has to give.

    pack.py --eyes FILE... --sounds RUN --answers RUN2... --out models/simulated-answers --golden test/hub/simulated-answers.json

FILE is of describe.py (of several the mean of their weights is taken), RUN of ../contrastive/hear.py, RUN2 of train.py (of several the mean as well); in place of RUN or RUN2 the folder
of a model that ships, for what stays as it is. Weights are whole numbers of 8 bits with a factor for each output; networks run in fp32 and give what
PyTorch gives of the same rounded weights. The bridge is folded into `vision_encoder`.
"""
import argparse
import json
import os

import numpy as np
import torch
from torch import nn

from shipped import sound_of, speaker_of
from sight import Sight, mean_of, open_eyes
from speaker import HEADS, LAYERS, POSITIONS, SIDES, SOUNDS, WIDTH, Speaker
from talk import ANSWER, AUDIO, END, ENDINGS, IMAGE, SIGNS, UNK, Words, spoken

# Of the contrastive family, whose folder eyes.py has put first.
from export import clip, drawn, kept, numbers
from towers import Hearing, Sound

QUESTIONS = [
    "is there a mug in view?",
    "How many traffic cones do you see?",
    "what colour is the zebra?",
    "would you say that the ladder is behind the barrel?",
    "what do you hear?",
    "from which side do you hear it?",
    "describe what you see and hear",
]
WEIGHED = ["i", "yes", "no", "two", "red", "left", "voice", "from"]
FAR = -1e9


class Seeing(nn.Module):
    def __init__(self, sight, speaker):
        super().__init__()
        self.sight, self.cells, self.former = sight, speaker.cells, speaker.former

    def forward(self, pixels):
        cells = self.cells(*self.sight(pixels))
        return self.former(cells) if self.former else cells


class Listening(nn.Module):
    def __init__(self, sound, speaker):
        super().__init__()
        self.features, self.sound, self.hearing = Hearing(), sound, speaker.hearing

    def forward(self, x):
        heard = self.sound.pooled(self.features(x))
        return self.hearing(torch.cat([self.sound.label(heard).softmax(1), self.sound.side(heard).softmax(1)], 1))


class Decoder(nn.Module):
    """Embeddings that come next, with keys and values of what came before, to logits and what is kept."""

    def __init__(self, speaker):
        super().__init__()
        self.positions, self.layers, self.norm, self.head = speaker.positions, speaker.layers, speaker.norm, speaker.head

    def empty(self):
        return [torch.zeros(1, HEADS, 0, WIDTH // HEADS) for _ in range(2 * len(self.layers))]

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        x = inputs_embeds + self.positions(position_ids)
        length, before = x.shape[1], past[0].shape[2]
        seen = torch.arange(before + length)[None, :] <= torch.arange(length)[:, None] + before
        mask = ((~seen).float()[None, None] + (1 - attention_mask.float())[:, None, None, :]).clamp(max=1.0) * FAR
        present = []
        for i, layer in enumerate(self.layers):
            normal, k, v = layer.keys(x)
            k, v = torch.cat([past[2 * i], k], 2), torch.cat([past[2 * i + 1], v], 2)
            present += [k, v]
            x = layer.rest(x, normal, k, v, mask)
        return (self.head(self.norm(x)), *present)


def export(network, given, names, outputs, path, axes=None):
    torch.onnx.export(network, given, path, input_names=names, output_names=outputs, dynamic_axes=axes or {}, opset_version=14, do_constant_folding=False)


def opened(*runs):
    """The language model, with what it was never taught embedded as what is unknown, its words, and the name of its bridge; of several runs `mean_of` their weights."""
    if os.path.isdir(f"{runs[0]}/onnx"):
        speaker, vocabulary = speaker_of(runs[0])
        return speaker.eval(), Words(vocabulary), speaker.bridge
    all_saved = [torch.load(f"{run}/checkpoint.pt") for run in runs]
    saved = all_saved[-1]
    speaker = Speaker(len(saved["vocabulary"]), len(saved["classes"]), len(saved["colours"]), saved["bridge"])
    speaker.load_state_dict(mean_of([its["model"] for its in all_saved]))
    words = Words(saved["vocabulary"])
    # Names of classes that are never shown are learned as strange ones.
    known = set(saved["used"]) | {i for text in [*saved["classes"], *saved["colours"], *spoken()] for i in words.ids(text)}
    untrained = [i for i in range(len(SIGNS) + len(ENDINGS), len(saved["vocabulary"])) if i not in known]
    speaker.tokens.weight.data[untrained] = speaker.tokens.weight.data[UNK].clone()
    return speaker.eval(), words, speaker.bridge


def ears_of(run):
    """The encoder of sounds."""
    if os.path.isdir(f"{run}/onnx"):
        return sound_of(run)
    sound = Sound(SOUNDS, SIDES)
    sound.load_state_dict(torch.load(f"{run}/checkpoint.pt")["sound"])
    return sound


def generated(decoder, embed, embeds, most):
    """Greedy, from all that was said so far each time: nothing is kept from one token to the next."""
    ids, scores = [], []
    while len(ids) < most:
        length = embeds.shape[1]
        logits, *_ = decoder(embeds, torch.ones(1, length, dtype=torch.int64), torch.arange(length)[None], *decoder.empty())
        scores.append(logits[0, -1])
        ids.append(int(logits[0, -1].argmax()))
        if ids[-1] == END:
            break
        embeds = torch.cat([embeds, embed(torch.tensor([[ids[-1]]]))], 1)
    return ids, scores


def export_decoder(decoder, path):
    pairs = [f"{i}.{what}" for i in range(len(decoder.layers)) for what in ("key", "value")]
    past, present = [f"past_key_values.{p}" for p in pairs], [f"present.{p}" for p in pairs]
    given = (torch.zeros(1, 3, WIDTH), torch.ones(1, 5, dtype=torch.int64), torch.arange(3)[None] + 2, *[torch.zeros(1, HEADS, 2, WIDTH // HEADS) for _ in past])
    axes = {"inputs_embeds": {1: "n"}, "attention_mask": {1: "total"}, "position_ids": {1: "n"}, "logits": {1: "n"}}
    axes.update({name: {2: "past"} for name in past})
    axes.update({name: {2: "total"} for name in present})
    export(decoder, given, ["inputs_embeds", "attention_mask", "position_ids", *past], ["logits", *present], path, axes)


def writer(folder):
    """What writes JSON into a folder."""
    return lambda name, content: open(f"{folder}/{name}", "w").write(json.dumps(content, indent=1) + "\n")


def write_words(write, words):
    """All but `config.json`: words, how an answer ends, how a picture is prepared."""
    tokenizer, tokenizer_config = words.files()
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    write("generation_config.json", {"eos_token_id": END, "pad_token_id": 0})
    write("preprocessor_config.json", {
        "image_processor_type": "LlavaOnevisionImageProcessor", "do_resize": True, "do_rescale": True, "do_normalize": True, "resample": 3,
        "rescale_factor": 1 / 255, "size": {"height": 120, "width": 160}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eyes", nargs="+", required=True)
    parser.add_argument("--answers", nargs="+", required=True)
    for name in ("sounds", "out", "golden"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    speaker, words, bridge = opened(*args.answers)
    if speaker.is_crossed:
        raise SystemExit("gated cross-attention does not fit LLaVA's class: it is only compared")
    eyes, _ = open_eyes(*args.eyes)
    sound = ears_of(args.sounds)
    with torch.no_grad():
        speaker = kept(speaker)
        embed = speaker.tokens
        seeing, listening, decoder = Seeing(Sight(kept(eyes)), speaker).eval(), Listening(kept(sound), speaker).eval(), Decoder(speaker).eval()
    os.makedirs(f"{args.out}/onnx", exist_ok=True)
    file = lambda network: f"{args.out}/onnx/{network}_quantized.onnx"
    export(embed, torch.zeros(1, 3, dtype=torch.int64), ["input_ids"], ["inputs_embeds"], file("embed_tokens"), {"input_ids": {1: "n"}, "inputs_embeds": {1: "n"}})
    export(seeing, torch.zeros(1, 3, 120, 160), ["pixel_values"], ["image_features"], file("vision_encoder"))
    export(listening, torch.zeros(1, 4, 16000), ["input_values"], ["audio_features"], file("audio_encoder"))
    export_decoder(decoder, file("decoder_model_merged"))
    write = writer(args.out)
    write_words(write, words)
    write("config.json", {
        "model_type": "llava",
        "architectures": ["LlavaForConditionalGeneration"],
        "bridge": bridge,
        "image_token_index": IMAGE,
        "audio_token_index": AUDIO,
        "text_config": {
            "model_type": "llama", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
            "max_position_embeddings": POSITIONS, "vocab_size": len(words.vocabulary),
        },
        "vision_config": {"model_type": "clip_vision_model", "hidden_size": WIDTH, "num_attention_heads": HEADS, "image_size": [120, 160], "patch_size": 8},
        "audio_config": {"num_channels": 4, "sampling_rate": 16000, "samples": 16000},
    })

    golden = {"weighed": WEIGHED, "answers": []}
    with torch.no_grad():
        pixels = torch.from_numpy((drawn(160, 120).astype(np.float32) / 255 - 0.5) / 0.5).permute(2, 0, 1)[None]
        seen, heard = seeing(pixels), listening(torch.from_numpy(clip().astype(np.float32).T[None] / 32768))
        golden["picture"], golden["clip"] = numbers(seen[0, 0]), numbers(heard)
        for i, question in enumerate(QUESTIONS):
            hears, sees = i % 2 == 0, i != 3
            ids = words.ids("".join(c if c.isalnum() else " " for c in question))
            sound = heard if hears else embed(torch.tensor([[AUDIO]]))
            embeds = torch.cat([sound, *([seen] if sees else []), embed(torch.tensor([[*ids, ANSWER]]))], 1)
            said, scores = generated(decoder, embed, embeds, 60)
            golden["answers"].append({
                "question": question, "hears": hears, "sees": sees, "ids": said, "text": words.text([i for i in said if i != END]),
                "weights": numbers(scores[0].softmax(0)[[words.ids(word)[0] for word in WEIGHED]]),
            })
    open(args.golden, "w").write(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

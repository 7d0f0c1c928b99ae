#!/usr/bin/env python3
"""Writes what was learned in the hub's layout (LLaVA's class), with weights of 8 bits, and what it has to give.

    write.py --run RUN --out models/simulated-clips --golden test/hub/simulated-clips.json

The bridge is folded into `vision_encoder`, which takes five pictures and what the IMU felt, and into `audio_encoder`, which takes two seconds.
"""
import argparse
import json
import os

import numpy as np
import torch
from torch import nn

from clips import NUMBERS, PICTURES, STEPS
from senses import SAMPLES, Features, Listener, Seer, Sight, chances
from teller import ANSWER, AUDIO, END, ENDINGS, HEADS, LAYERS, POSITIONS, SIGNS, UNK, WIDTH, Teller, Words

# Of the generative and the contrastive family, whose folders teller.py and clips.py have put first.
from pack import Decoder, export, export_decoder, generated, write_words, writer
from export import clip, drawn, kept, numbers
from talk import IMAGE

QUESTIONS = [
    "is there a person in view?", "Does the person come nearer?", "do you turn to the left?", "does it happen that a door slides?", "what do you hear?",
    "what colour is the person's shirt?", "describe what you see and hear",
]
WEIGHED = ["i", "yes", "no", "two", "red", "left", "voice", "from"]


class Seeing(nn.Module):
    def __init__(self, sight, cells):
        super().__init__()
        self.sight, self.cells = sight, cells

    def forward(self, pixels, imu):
        return self.cells(*self.sight(pixels.reshape(1, 3 * PICTURES, 120, 160), imu))


class Listening(nn.Module):
    def __init__(self, listener, ears):
        super().__init__()
        self.features, self.listener, self.ears = Features(), listener, ears

    def forward(self, x):
        return self.ears(chances(self.listener(self.features(x))))


def opened(run):
    """The three networks, with their words, classes and colours; what was never asked is embedded as what is unknown."""
    saved = torch.load(f"{run}/checkpoint.pt" if os.path.isdir(run) else run, map_location="cpu")
    seer, listener, teller = Seer(len(saved["classes"]), len(saved["colours"])), Listener(), Teller(len(saved["vocabulary"]), len(saved["classes"]), len(saved["colours"]))
    for network, name in ((seer, "seer"), (listener, "listener"), (teller, "teller")):
        network.load_state_dict(saved[name])
    used = set(saved["used"])
    unused = [i for i in range(len(SIGNS) + len(ENDINGS), len(saved["vocabulary"])) if i not in used]
    teller.tokens.weight.data[unused] = teller.tokens.weight.data[UNK].clone()
    return seer.eval(), listener.eval(), teller.eval(), Words(saved["vocabulary"]), saved["classes"], saved["colours"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("run", "out", "golden"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    seer, listener, teller, words, classes, colours = opened(args.run)
    with torch.no_grad():
        teller = kept(teller)
        embed = teller.tokens
        seeing, listening, decoder = Seeing(Sight(kept(seer), classes), teller.cells).eval(), Listening(kept(listener), teller.ears).eval(), Decoder(teller).eval()
    os.makedirs(f"{args.out}/onnx", exist_ok=True)
    file = lambda network: f"{args.out}/onnx/{network}_quantized.onnx"
    export(embed, torch.zeros(1, 3, dtype=torch.int64), ["input_ids"], ["inputs_embeds"], file("embed_tokens"), {"input_ids": {1: "n"}, "inputs_embeds": {1: "n"}})
    export(seeing, (torch.zeros(PICTURES, 3, 120, 160), torch.zeros(1, STEPS, NUMBERS)), ["pixel_values", "imu_values"], ["image_features"], file("vision_encoder"))
    export(listening, torch.zeros(1, 4, SAMPLES), ["input_values"], ["audio_features"], file("audio_encoder"))
    export_decoder(decoder, file("decoder_model_merged"))
    write = writer(args.out)
    write_words(write, words)
    write("config.json", {
        "model_type": "llava",
        "architectures": ["LlavaForConditionalGeneration"],
        "bridge": "projector",
        "image_token_index": IMAGE,
        "audio_token_index": AUDIO,
        "text_config": {
            "model_type": "llama", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
            "max_position_embeddings": POSITIONS, "vocab_size": len(words.vocabulary),
        },
        "vision_config": {
            "model_type": "clip_vision_model", "hidden_size": WIDTH, "num_attention_heads": HEADS, "image_size": [120, 160], "patch_size": 8,
            "num_frames": PICTURES, "seconds": 2, "imu_config": {"steps": STEPS, "numbers": NUMBERS},
            "classes": classes, "colours": colours,
        },
        "audio_config": {"num_channels": 4, "sampling_rate": 16000, "samples": SAMPLES},
    })

    golden = {"weighed": WEIGHED, "answers": []}
    with torch.no_grad():
        # Five pictures of the one that is drawn, each lighter than the one before, round and round.
        one = drawn(160, 120).astype(np.int64)
        levels = np.stack([(one + 40 * i) % 256 for i in range(PICTURES)]).astype(np.float32)
        pixels = torch.from_numpy((levels / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)
        felt = torch.from_numpy(((np.arange(STEPS * NUMBERS) * 7 % 11 - 5) / 10).astype(np.float32)).reshape(1, STEPS, NUMBERS)
        second = clip().astype(np.float32).T[None] / 32768
        heard = listening(torch.from_numpy(np.concatenate([second, second], 2)))
        for i, question in enumerate(QUESTIONS):
            hears, sees, feels = i % 2 == 0, i != 4, i % 3 != 1
            seen = seeing(pixels, felt if feels else felt * 0)
            ids = words.ids("".join(c if c.isalnum() else " " for c in question))
            sound = heard if hears else embed(torch.tensor([[AUDIO]]))
            embeds = torch.cat([sound, *([seen] if sees else []), embed(torch.tensor([[*ids, ANSWER]]))], 1)
            said, scores = generated(decoder, embed, embeds, 60)
            golden["answers"].append({
                "question": question, "hears": hears, "sees": sees, "feels": feels, "ids": said, "text": words.text([i for i in said if i != END]),
                "weights": numbers(scores[0].softmax(0)[[words.ids(word)[0] for word in WEIGHED]]),
            })
    open(args.golden, "w").write(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

"""Words: the tokenizer of the generative family, what is asked and answered, and descriptions of what is seen and heard."""
import json
import re

import numpy as np

import sight  # noqa: F401 -- finds the modules of the contrastive family
from words import ENDINGS, UNK, Pieces, vocabulary_of, words_of

SIGNS = ["[PAD]", "[UNK]", "<image>", "<audio>", "<answer>", "<end>"]
PAD, _, IMAGE, AUDIO, ANSWER, END = range(6)
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SIDES = {"front": "ahead", "left": "on the left", "behind": "from behind", "right": "on the right"}
SOUNDS = {
    "voice": "a voice", "music": "music", "footsteps": "footsteps", "door": "a sliding door", "metal": "metal that falls",
    "ceramic": "ceramic that falls", "wood": "wood that falls",
}
CANNOT = "i cannot tell, "
UNSEEN, SILENT, DEAF, BLIND = (CANNOT + why for why in ("i do not see it.", "i hear nothing.", "i have no ears.", "i have no eyes."))
DESCRIBE = [
    "describe what you see and hear", "describe the view", "describe what is in front of you", "what is there", "what do you see and hear", "describe", "describe the scene",
    "tell me what you see", "tell me about what is around you", "what is in front of you", "what is in view", "give me a description", "report what you see and hear",
    "please describe the image", "say what is there", "list what you see", "what is going on here", "what is happening around you", "look around and tell me what there is",
    "name everything that you see", "which things do you see", "what things are here", "describe your surroundings", "tell me everything", "what does the scene show",
]
# What a thing is called whose class is not known.
STRANGE_NAME = "thing"
HEARD = ("sound", "direction")


def said(text):
    return re.findall(r"[a-z0-9]+|[.,]", text.lower())


def vocabulary_for(folders):
    words = vocabulary_of(folders, ["questions"])[4 + len(ENDINGS):]
    more = {w for text in spoken() for w in words_of(text)}
    return SIGNS + ENDINGS + [".", ","] + sorted(set(words) | more)


def spoken():
    """Everything that answers and descriptions are made of, beside names of things and colours."""
    return [*NUMBERS, *SIDES, *SIDES.values(), *SOUNDS, *SOUNDS.values(), UNSEEN, SILENT, DEAF, BLIND, *DESCRIBE, "yes no nothing", STRANGE_NAME, "from left to right i see nothing, a an and the is the nearest."]


class Words(Pieces):
    def ids(self, text):
        return [i for word in said(text) for i in self.word(word)]

    def text(self, ids):
        out = ""
        for i in ids:
            piece = self.vocabulary[i]
            out += piece[2:] if piece.startswith("##") else piece if piece in ".," else f" {piece}"
        return out.strip()

    def files(self):
        """Contents of tokenizer.json and tokenizer_config.json."""
        special = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, t in enumerate(SIGNS) if i != UNK]
        # A word that is not known is one all the same, and no sign.
        tokenizer, config = super().files()
        tokenizer["added_tokens"] = special
        tokenizer["post_processor"] = None
        template = (
            "{% for message in messages %}{{ '<audio>' }}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] }}{% endfor %}{{ '<answer>' }}{% endfor %}"
        )
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]", "eos_token": "<end>",
            "clean_up_tokenization_spaces": True, "chat_template": template,
        }
        return tokenizer, config


def noun_of(thing):
    return f"{thing['colour']} {thing['label']}" if "colour" in thing else thing["label"]


def indefinite(noun):
    return ("an " if re.match(r"[aeio]|u[^n]|un[^i]|hour", noun) else "a ") + noun


def listed(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# The rules of the simulator's words (docs/drivers/stills.md): share of the picture, share that nothing hides, m.
SHARE, VISIBLE, NEARER = 0.01, 0.5, 0.2


def description_of(truth, has_picture=True, has_sound=True):
    """What a still is described as: its things from left to right, which is the nearest, what is heard."""
    parts = []
    if has_picture:
        things = [t for t in truth["things"] if "box" in t and t["label"] != "table" and t["share"] >= SHARE and t["visible"] >= VISIBLE]
        things.sort(key=lambda t: t["box"][0] + t["box"][2])
        names = [indefinite(noun_of(t)) for t in things]
        parts.append(f"from left to right i see {listed(names)}." if names else "i see nothing.")
        away = sorted((np.hypot(*t["relative"][:2]), noun_of(t)) for t in things)
        if len(away) > 1 and away[1][0] - away[0][0] >= NEARER:
            parts.append(f"the {away[0][1]} is the nearest.")
    sound = truth.get("sound") if has_sound else None
    if sound:
        parts.append(f"i hear {SOUNDS[sound['label']]} {SIDES[sound['side']]}." if sound["label"] != "nothing" else "i hear nothing.")
    return " ".join(parts) or BLIND


def answer_of(question):
    """How a question is answered in words."""
    if question["answerable"]:
        return NUMBERS[int(question["answer"])] if question["form"] == "count" else question["answer"]
    if question["form"] in HEARD:
        return DEAF if question["why"] == "no sense" else SILENT
    return UNSEEN


class Questions:
    """Questions about stills as tokens: rows of (question, answer, form), one list a still."""

    def __init__(self, folders, vocabulary):
        self.pieces = Words(vocabulary)
        self.rows, self.truths = [], []
        for folder in folders:
            first = len(self.truths)
            self.truths += [json.loads(line) for line in open(f"{folder}/stills.jsonl")]
            self.rows += [[] for _ in self.truths[first:]]
            for line in open(f"{folder}/questions.jsonl"):
                its = json.loads(line)
                row = (self.pieces.ids(" ".join(words_of(its["text"]))), self.pieces.ids(answer_of(its)), its["form"], its)
                self.rows[first + its["still"]].append(row)

    def described(self, still, **has):
        return self.pieces.ids(description_of(self.truths[still], **has))

"""The tokenizer of the contrastive family, in the hub's layout: pieces of words (WordPiece, Schuster and Nakajima 2012) of lower-case text.

A word of the vocabulary is one piece, its plural two, any other word is unknown. Words of classes that are never trained are
in the vocabulary, with the embedding of what is unknown.
"""
import json
import re

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
PAD, UNK, CLS, SEP = range(4)
ENDINGS = ["##s", "##es"]
LENGTH = 48


def words_of(text):
    """Runs of letters and digits; everything else separates."""
    return re.findall(r"[a-z0-9]+", text.lower())


def vocabulary_of(folders, files=("captions", "questions")):
    """Every word of the captions and questions of train splits (of some of the files), of the names of classes and colours; plurals of those left out."""
    words = set()
    for folder in folders:
        description = json.load(open(f"{folder}/dataset.json"))
        for name in description["classes"] + description["colours"]:
            words.update(words_of(name))
        for file in files:
            for line in open(f"{folder}/{file}.jsonl"):
                one = json.loads(line)
                words.update(words_of(one["text"]))
                for negative in one.get("negatives", []):
                    words.update(words_of(negative["text"]))
    kept = sorted(w for w in words if not any(w.endswith(e) and w[: -len(e)] in words for e in ("s", "es")))
    return SPECIAL + ENDINGS + kept


class Pieces:
    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.index = {piece: i for i, piece in enumerate(vocabulary)}
        self.known = {}

    def word(self, word):
        """Longest pieces first; a word that leaves a rest is unknown as a whole."""
        if word not in self.known:
            ids, at = [], 0
            while at < len(word):
                for stop in range(len(word), at, -1):
                    piece = ("##" if at else "") + word[at:stop]
                    if piece in self.index:
                        ids.append(self.index[piece])
                        at = stop
                        break
                else:
                    ids, at = [UNK], len(word)
            self.known[word] = ids
        return self.known[word]

    def ids(self, text):
        ids = [i for word in words_of(text) for i in self.word(word)]
        return [CLS, *ids[: LENGTH - 2], SEP]

    def files(self):
        """Contents of tokenizer.json and tokenizer_config.json."""
        special = [
            {"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, t in enumerate(SPECIAL)
        ]
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "Lowercase"},
                    {"type": "Replace", "pattern": {"Regex": "[^a-z0-9]+"}, "content": " "},
                    {"type": "Strip", "strip_left": True, "strip_right": True},
                ],
            },
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "special_tokens": {t: {"id": t, "ids": [SPECIAL.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")},
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": self.index,
            },
        }
        names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), SPECIAL))
        return tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", **names, "model_max_length": LENGTH, "do_lower_case": True}

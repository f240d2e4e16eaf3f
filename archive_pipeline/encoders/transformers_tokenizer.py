"""Tokenizers of the transformers library as open_clip's models were taught with them."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import torch

_DEFAULT_CONTEXT = 77  # open_clip's, where a model's configuration names none


class TransformersTokenizer:
    """open_clip's wrapper of such a tokenizer, made to read as SigLIP did, and fit for several threads.

    SigLIP's text side (`clean: canonicalize` in open_clip's configurations) saw lower-case words without ASCII
    punctuation, then `<eos>`, which stays where a text is cut, then padding up to its context; no `<bos>`
    (github.com/google-research/big_vision: `tokenize(length=64, eos="sticky")`). Its vector is that of the last place,
    so that a text that is padded otherwise is another text. A hub's `tokenizer_config.json` says so with
    `add_bos_token` and `add_eos_token`, which transformers 5 ignores beside a `tokenizer.json`.
    """

    def __init__(self, folder: Path, text_config: dict[str, Any]) -> None:
        """Raises ConfigurationError `tokenizer_mismatch`, and what transformers raises for files that are not there."""
        options = text_config.get("tokenizer_kwargs", {})
        self._tokenizer = import_open_clip().tokenizer.HFTokenizer(
            str(folder),
            context_length=text_config.get("context_length", _DEFAULT_CONTEXT),
            tokenizer_mode=text_config.get("tokenizer_mode"),
            **options,
        )
        inner = self._tokenizer.tokenizer
        if options.get("clean") == "canonicalize":
            if inner.eos_token_id is None or inner.pad_token_id is None:
                raise ConfigurationError(
                    "tokenizer_mismatch",
                    f"The tokenizer in {folder} names no eos_token or no pad_token; SigLIP has both.",
                )
            inner.padding_side = "right"
            inner.add_bos_token = False
            inner.add_eos_token = True
        n_words = text_config.get("vocab_size")
        if n_words is not None and inner.vocab_size > n_words:
            raise ConfigurationError(
                "tokenizer_mismatch",
                f"The model knows {n_words} tokens, its tokenizer in {folder} {inner.vocab_size}. Put the tokenizer "
                "that it was trained with beside its weights.",
            )
        self._asked = threading.Lock()

    def __call__(self, texts: list[str]) -> "torch.Tensor":
        """int64 (n, context), padded and cut to the model's context."""
        # Each call sets how it pads and cuts in the Rust object that it shares: two at once end in "Already borrowed".
        with self._asked:
            tokens: torch.Tensor = self._tokenizer(texts)
        return tokens

"""Runs against `transformers serve` with a tiny model of random weights: what nobody may trust.

    python -m venv serving
    serving/bin/pip install torch "transformers[serving]" accelerate pillow
    serving/bin/python scripts/try_transformers_serve.py --vqva-crawl .venv/bin/vqva-crawl

To be run with an interpreter that has torch, which is why it is no part of the tests. The server
speaks the protocol, ignores the JSON schema without a word, and answers with noise. In each run one
agent asks it and the others are rules; the run has to end by itself with exit code 0, without a
sample, and with everything that this agent was given turned down for what is wrong with the
answer. Ends with 1 when a run did otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START = 180  # seconds until the server has to answer
RUN = 600  # seconds until a run has to be over
PAGES = 8
MOST_TOKENS = 96  # of an answer: noise need not be long
STAGES = {
    "retriever": "retrieve",
    "instructor": "instruct",
    "filter": "filter",
    "rewriter": "rewrite",
    "reasoner": "reason",
}
RIGHT = {"unreadable", "truncated", "empty", "loop", "language", "refusal"}
TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {% if m.content is string %}{{ m.content }}{% else %}"
    "{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% else %}<image>{% endif %} "
    "{% endfor %}{% endif %}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def make_model(folder: Path) -> None:
    """A LLaVA of about half a million random weights, with a tokenizer of bytes."""
    import torch
    from transformers import (
        CLIPVisionConfig,
        GenerationConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
    )

    torch.manual_seed(0)
    processor = make_processor()
    ids = processor.tokenizer.convert_tokens_to_ids
    text = LlamaConfig(
        vocab_size=len(processor.tokenizer),
        hidden_size=96,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=65536,
        bos_token_id=ids("<s>"),
        eos_token_id=ids("</s>"),
        pad_token_id=ids("<pad>"),
    )
    vision = CLIPVisionConfig(
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=56,
        patch_size=14,
        projection_dim=64,
    )
    config = LlavaConfig(text_config=text, vision_config=vision, image_token_id=ids("<image>"))
    config.vision_feature_layer = -1
    model = LlavaForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        bos_token_id=text.bos_token_id,
        eos_token_id=text.eos_token_id,
        pad_token_id=text.pad_token_id,
        do_sample=True,
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def make_processor():  # type: ignore[no-untyped-def]
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import CLIPImageProcessorPil, LlavaProcessor, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: n for n, c in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    fast.add_special_tokens({"additional_special_tokens": ["<image>"]})
    side = {"height": 56, "width": 56}
    return LlavaProcessor(
        image_processor=CLIPImageProcessorPil(size={"shortest_edge": 56}, crop_size=side),
        tokenizer=fast,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE,
        image_token="<image>",
    )


@contextmanager
def serving(model: Path) -> Iterator[str]:
    """`transformers serve` until the end of the block; gives its base URL."""
    port = free_port()
    command = Path(sys.executable).with_name("transformers")
    arguments = ["serve", str(model), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen([str(command), *arguments], env=offline)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    sys.exit(f"no answer from {url} in {START} s")


def write_config(folder: Path, url: str, model: Path, role: str) -> Path:
    """The demo site and one agent with the model, as YAML that is JSON in long lines."""
    config = {
        "name": role,
        "limits": {"rounds": 1, "pages": PAGES},
        "plan": {"queries_per_round": 60},
        "search": {"backends": [{"kind": "demo"}]},
        "fetch": {"per_host": {"concurrency": 4, "delay": 0.05}},
        "model": {"base_url": url, "name": str(model), "api_key_env": None, "temperature": 1.0},
        "agents": {role: {"name": "vlm", "options": {"max_tokens": MOST_TOKENS}}},
    }
    path = folder / f"{role}.yaml"
    path.write_text(json.dumps(config))
    return path


def crawl(command: str, config: Path) -> tuple[int, str]:
    """Exit code and survival table of a run; one that hangs is killed and raises."""
    arguments = [command, "run", "--config", config.name, "--quiet"]
    done = subprocess.run(arguments, cwd=config.parent, timeout=RUN)
    arguments = [command, "status", config.stem]
    told = subprocess.run(arguments, cwd=config.parent, capture_output=True, text=True, timeout=60)
    return done.returncode, told.stdout


def survived(table: str, stage: str) -> tuple[int, int, set[str]]:
    """(how many went in, how many came out, the reasons) of a stage."""
    row = next(line for line in table.splitlines() if f" {stage} " in line)
    _, _, given, kept, _, reasons, _ = (cell.strip() for cell in row.split("\u2502"))
    return int(given), int(kept), {word for word in reasons.split() if word.isalpha()}


def ended_well(command: str, config: Path) -> bool:
    began = time.monotonic()
    code, table = crawl(command, config)
    given, kept, reasons = survived(table, STAGES[config.stem])
    took = time.monotonic() - began
    print(f"{config.stem}: exit code {code}, {given} in, {kept} out, {reasons}, {took:.0f} s")
    return code == 0 and given > 0 and kept == 0 and bool(reasons) and reasons <= RIGHT


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--vqva-crawl", default="vqva-crawl", help="the command to try")
    options = parser.parse_args()
    command = options.vqva_crawl
    command = str(Path(command).absolute()) if "/" in command else command
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_model(folder / "model")
        with serving(folder / "model") as url:
            configs = [write_config(folder, url, folder / "model", role) for role in STAGES]
            well = [ended_well(command, config) for config in configs]
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()

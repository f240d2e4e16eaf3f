"""`archive-pipeline vlm`: the server that describes shots."""

import os
import shlex
import shutil
from typing import Annotated

import typer

from archive_pipeline.cli.console import err, explained, out
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.vlm.serve_command import Gpu, serve_command

vlm = typer.Typer(help="The VLM server that descriptions and findings ask.", no_args_is_help=True)


@vlm.callback()
def group() -> None:
    """The VLM server that descriptions and findings ask."""


@vlm.command()
def serve(
    model: Annotated[str | None, typer.Option(help="Default: the largest Qwen2.5-VL that the GPU holds.")] = None,
    host: Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for other machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    show: Annotated[bool, typer.Option("--print", help="Print the command and do not run it.")] = False,
) -> None:
    """Serve a VLM with vLLM on this machine's GPU, with the settings that the questions need.

    It needs the extra `vlm`: pip install -c constraints.txt 'archive-pipeline[vlm]', in an environment of its own.
    """
    with explained():
        gpu = _gpu()
        command = serve_command(gpu, model, host, port)
        if show:
            out.print(shlex.join(command), soft_wrap=True, markup=False, highlight=False)
            return
        if shutil.which("vllm") is None:
            raise ConfigurationError(
                "no_vllm",
                "vLLM is not installed here: pip install vllm, in an environment of its own, and run: "
                + shlex.join(command),
            )
        err.print(
            f"[dim]{gpu.name}, {gpu.memory_gb:.0f} GB. Once it serves: export ARCHIVE_VLM_URL=http://{host}:{port}/v1[/]"
        )
    os.execvp("vllm", command)  # it takes this process's place, so that signals and the exit code are its own


def _gpu() -> Gpu:
    import torch

    if not torch.cuda.is_available():
        raise ConfigurationError(
            "no_gpu",
            "There is no CUDA GPU here that torch can use. Serve from a machine that has one, and set ARCHIVE_VLM_URL; "
            "everything but descriptions and findings works without.",
        )
    memory = max((torch.cuda.get_device_properties(i).total_memory, i) for i in range(torch.cuda.device_count()))
    properties = torch.cuda.get_device_properties(memory[1])
    return Gpu(properties.name, memory[0] / 1e9, has_bf16=properties.major >= 8)

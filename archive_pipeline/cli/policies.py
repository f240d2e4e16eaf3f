"""`archive-pipeline policies`: the questions that findings answer, listed and checked."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from archive_pipeline.cli.console import CANNOT, out, print_json, show_problems
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import load_policies, read_policy
from archive_pipeline.settings import Settings

policies = typer.Typer(
    help="The questions that findings answer: YAML files, shipped and your own.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@policies.command("list")
def list_policies(as_json: AsJson = False) -> None:
    """List the policies and their questions."""
    known, problems = load_policies(Settings().own_policies)
    if as_json:
        print_json([policy.model_dump(mode="json") for policy in known.values()])
    else:
        texts = ("policy", "question", "answer", "reads")
        table = WholeTable("policy", "version", "question", "answer", "reads", texts=texts)
        for policy in known.values():
            for question, asked in policy.questions.items():
                reads = policy.reads_of(question)
                table.add_row(policy.name, str(policy.version), escape(question), asked.answer, reads)
        out.print(table)
    show_problems(problems)


@policies.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; default: all that there are.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check policy files: wrong keys and values, with file and line."""
    if files:
        read = [read_policy(file) for file in files]
        problems = [problem for found in read if not isinstance(found, Policy) for problem in found]
        n_right = sum(isinstance(found, Policy) for found in read)
    else:
        known, problems = load_policies(Settings().own_policies)
        n_right = len(known)
    if as_json:
        print_json([{"file": str(p.file), "line": p.line, "message": p.message} for p in problems])
    else:
        show_problems(problems)
        out.print(f"Policies that are right: {n_right}; problems: {len(problems)}.")
    if problems:
        raise typer.Exit(CANNOT)

import pytest
import typer
from langzoo.cli.file_list_command import FileListCommand
from langzoo.cli.lazy_command import LazyCommand
from langzoo.cli.main import app

GROUP = typer.main.get_command(app)
COMMANDS = [
    each
    for group in (GROUP, GROUP.commands["tokenizer"])
    for each in group.commands.values()
    if isinstance(each, LazyCommand)
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_its_help_is_what_the_function_says(command):
    """It is read from the source; typer asks the function, once the module is imported."""
    context = command.make_context(command.name, [], resilient_parsing=True)
    assert isinstance(context.command, FileListCommand) and context.command.name == command.name
    assert context.command.help == command.help and len(command.help) > 20


def test_its_context_is_that_of_the_command_itself():
    context = LazyCommand("show", "show_tokens").make_context("show", ["model", "--text", "a"])
    assert [*context.params["text"]] == ["a"]

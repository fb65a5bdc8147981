"""Settings published with weights: generation defaults and chat templates."""

import json
import re
from pathlib import Path

from ...layers.plain.errors import UserError
from ...layers.plain.read_file import read_file
from ..atomic_file import write_text
from .generation_config import GENERATION_FILE, generation_settings, read_generation_config
from .read_json import MAX_CONFIG_BYTES
from .tokenizer_settings import SETTINGS_FILE, read_settings

TEMPLATE_FILE = "chat_template.jinja"
TEMPLATES_FOLDER = "additional_chat_templates"
MAX_TEMPLATES = 50
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")


def keep_published_settings(source: Path, run: Path) -> None:
    """Keeps a publisher's recommended settings in a run, in files that the model does not depend on.

    - `generation_config.json`: the usual temperature, top-k and so on; `langzoo describe` and the model card show them,
      and `generate` keeps its own defaults.
    - `chat_template.jinja` and `additional_chat_templates/`: the format of a conversation; nothing reads them yet.

    Args:
        source: the folder of the weights.
        run: the folder of the run.

    Raises:
        UserError: a file is damaged or too large, or a template has an invalid name.
    """
    settings = generation_settings(read_generation_config(source))
    if settings:
        write_text(run / GENERATION_FILE, json.dumps(settings, indent=2) + "\n")
    for name, template in chat_templates(source).items():
        place = run / TEMPLATE_FILE if name == "default" else run / TEMPLATES_FOLDER / f"{name}.jinja"
        place.parent.mkdir(exist_ok=True)
        write_text(place, template)


def chat_templates(source: Path) -> dict[str, str]:
    """Name -> chat template, the usual one as "default": from the template files, or from `tokenizer_config.json`.

    Args:
        source: the folder of the weights.

    Raises:
        UserError: as in `keep_published_settings`.
    """
    found: dict[str, object] = {}
    given = read_settings(source).get("chat_template")
    if isinstance(given, str):
        found["default"] = given
    elif isinstance(given, list):
        entries = [each if isinstance(each, dict) else {} for each in given]
        found |= {str(each.get("name")): each.get("template") for each in entries}
    elif given is not None:
        found["default"] = given
    files = [(path.stem, path) for path in sorted((source / TEMPLATES_FOLDER).glob("*.jinja"))]
    files += [("default", source / TEMPLATE_FILE)] if (source / TEMPLATE_FILE).exists() else []
    if len(found) + len(files) > MAX_TEMPLATES:
        raise UserError(f"{source} has more than {MAX_TEMPLATES} chat templates: copy it again, or remove some")
    for name, path in files:
        content = read_file(path, max_bytes=MAX_CONFIG_BYTES)
        try:
            found[name] = content.decode("utf-8")
        except UnicodeDecodeError:
            raise UserError(f"{path} is not UTF-8: copy it again") from None
    checked = {
        name: template for name, template in found.items() if isinstance(template, str) and _NAME.fullmatch(name)
    }
    if len(checked) < len(found):
        raise UserError(f"{source / SETTINGS_FILE}: chat_template must be a text, or a list of names with a text each")
    return checked

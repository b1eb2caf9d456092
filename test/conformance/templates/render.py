"""Renders templates with Debian's python3-jinja2: reads a list of [text, values] from standard input, writes the texts."""
import json
import sys

import jinja2

# As Ansible sets it up.
ENVIRONMENT = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True)

json.dump([ENVIRONMENT.from_string(text).render(values) for text, values in json.load(sys.stdin)], sys.stdout)

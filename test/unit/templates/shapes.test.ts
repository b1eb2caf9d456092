// What is read from each shape of tag: the text that it prints, where values are known, and the variable that it depends on else.
import { expect, test } from 'vitest';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { withIncludes } from '../../../server/src/templates/includes.js';
import type { TemplateLanguage } from '../../../server/src/templates/languages.js';
import { parseTemplate } from '../../../server/src/templates/parse.js';
import { render } from '../../../server/src/templates/rendering.js';
import { Scope } from '../../../server/src/templates/values.js';

const VALUES = {
  ports: [443, 80],
  names: ['b', 'a'],
  on: true,
  rules: [
    { port: 443, on: true },
    { port: 80, on: false },
  ],
  '.': { ports: [443, 80], name: 'edge', zones: { b: 2, a: 1 } },
};

const OTHERS: Readonly<Record<string, string>> = {
  'file:///role/templates/rules.j2': 'included {{ ports[0] }}\n',
  'file:///role/templates/macros.j2': '{% macro accept(port) %}accept {{ port }}{% endmacro %}',
};

const SOURCES: Sources = {
  roots: [],
  read: (uri) => (OTHERS[uri] === undefined ? 'missing' : { uri, text: OTHERS[uri] }),
  list: () => [],
};

/** The text of the rendering that takes every first branch; an open part as the variable that it depends on, in angle brackets. */
function printed(text: string, language: TemplateLanguage): string {
  const scope = new Scope(language);
  for (const [name, value] of Object.entries(VALUES)) scope.set(name, value);
  const { tree } = withIncludes(parseTemplate(text, language), 'file:///role/templates/a.j2', SOURCES);
  const { pieces } = render(text, tree, scope, () => 0);
  const words = pieces.map((piece) => (piece.kind === 'open' ? `<${piece.name}>` : piece.text)).join('');
  return words.replace(/\s+/g, ' ').trim();
}

test.each<[TemplateLanguage, string, string]>([
  ['jinja', '{{ ports[-1] }} {{ ports[5] }}', '80'],
  ['jinja', '{{ ports|join(",") }} {{ rules|join("-", attribute="port") }}', '443,80 443-80'],
  ['jinja', '{{ ports|join(d="/") }} {{ ports|sort|first }} {{ ports|sort(reverse=true)|first }}', '443/80 80 443'],
  ['jinja', '{{ rules|map(attribute="port")|join(" ") }} {{ ports|map("string")|list|last }}', '443 80 80'],
  [
    'jinja',
    '{{ rules|selectattr("on")|map(attribute="port")|join }} {{ rules|rejectattr("on")|list|length }}',
    '443 1',
  ],
  ['jinja', '{{ rules|selectattr("port", "equalto", 80)|list|length }}', '1'],
  ['jinja', '{{ "a.b"|replace(".", "-") }} {{ "a-b"|regex_replace("-", "+") }}', 'a-b a+b'],
  ['jinja', '{{ names|regex_replace("^a", "b") }}', '<names>'],
  [
    'jinja',
    '{{ "10.0.0.0/8"|ipaddr }} {{ "10.0.0.1"|ipv4 }} {{ "10.0.0.0/8"|ipaddr("network") }}',
    '10.0.0.0/8 10.0.0.1 <ipaddr>',
  ],
  ['jinja', '{{ 1 + 2 * 3 }} {{ "p" ~ 1 + 1 }}', '7 <+>'],
  ['jinja', '{{ spare or 443 }} {{ spare|default(443) }} {{ on or spare }}', '<spare> <spare> True'],
  ['jinja', '{% for p in ports %}{{ loop.revindex }}{{ loop.nextitem is defined }} {% endfor %}', '2True 1False'],
  ['jinja', '{% for p in [] %}x{% else %}none{% endfor %}', 'none'],
  ['jinja', '{% for p in ports %}{% if p == 80 %}{% break %}{% endif %}{{ p }}{% endfor %}', '<ports>'],
  ['jinja', '{% set ns = namespace(x=1) %}{% set ns.x = 2 %}{{ ns.x }}', '<ns.x>'],
  ['jinja', '{% set _ = ports.append(22) %}{{ ports|length }}', '<ports>'],
  ['jinja', '{% set other = ports %}{% set _ = other.append(22) %}{{ ports|length }}', '<other>'],
  ['jinja', '{% do ports.append(22) %}{{ ports|length }}', '<ports>'],
  ['jinja', '{% set a, b = 1, 2 %}{{ a }}', '<a>'],
  ['jinja', '{% set x %}p{{ ports[0] }}{% endset %}{{ x }} {% set y %}{{ z }}{% endset %}{{ y }}', 'p443 <z>'],
  ['jinja', '{% with on = 1, n = names[0] %}{{ on }}{{ n }}{% endwith %} {{ on }}', '1b True'],
  [
    'jinja',
    '{% macro m(a, b="x") %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }} {{ m(b=2, a=3) }} {{ m(1, 2, 3) }}',
    '1x 32 <m>',
  ],
  ['jinja', '{% macro m(a) %}[{{ caller(a) }}]{% endmacro %}{% call(v) m(5) %}v{{ v }}{% endcall %}', '[v5]'],
  ['jinja', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', '<m>'],
  [
    'jinja',
    '{% include "rules.j2" %} {% include "missing.j2" %} {% include name %}',
    'included 443 <include "missing.j2"> <include name>',
  ],
  ['jinja', '{% from "macros.j2" import accept as ok %}{{ ok(22) }}', 'accept 22'],
  ['jinja', '{% import "macros.j2" as m %}{{ m.accept(22) }} {{ m.deny(1) }}', 'accept 22 <m.deny>'],
  ['jinja', '{% from "missing.j2" import ports %}{{ ports }}', '<ports>'],
  ['jinja', '{% filter upper %}a{% endfilter %}\nb', '<upper> b'],
  ['jinja', '{% extends "base.j2" %}{% block x %}a{% endblock %}', '<extends "base.j2"> a <extends "base.j2">'],
  ['jinja', '{% raw %}{{ a }}{% endraw %} {# note #}b', '{{ a }} b'],
  ['jinja', 'a {%- if on -%} b {%- endif -%} c', 'abc'],
  ['go', '{{ range .ports }}{{ . }} {{ else }}none{{ end }}', '443 80'],
  ['go', '{{ range $k, $v := .zones }}{{ $v }} {{ end }}', '<.zones>'],
  ['go', '{{ range .zones }}{{ . }} {{ end }}', '1 2'],
  ['go', '{{ with .name }}{{ . }}{{ else }}no{{ end }} {{ with $n := .name }}{{ $n }}{{ end }}', 'edge edge'],
  ['go', '{{ if .other }}a{{ else if .name }}b{{ else }}c{{ end }}', 'b'],
  ['go', '{{ template "t" .name }}{{ define "t" }}[{{ . }}]{{ end }}', '[edge]'],
  ['go', '{{ block "t" .name }}[{{ . }}]{{ end }} {{ template "u" . }}', '[edge] <u>'],
  ['go', '{{ $x := 1 }}{{ range .ports }}{{ $x = . }}{{ end }}{{ $x }}', '80'],
  ['go', '{{ $x := 1 }}{{ if .name }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
  ['go', '{{ replace "e" "x" .name }} {{ eq .name "a" "edge" }} {{ join "," .ports }}', '<.> <.> 443,80'],
  ['erb', '<% ports.each do |p| %><%= p %> <% end %><%= ports.size %>', '443 80 2'],
  ['erb', '<% ports.each do |p| %><% next if p == 80 %><%= p %><% end %>', '<ports>'],
  ['erb', '<% ports.each_with_index do |p, i| %><%= p %><%= i %><% end %>', '443 <i> 80 <i>'],
  ['erb', '<% ports << 22 %><%= ports.size %>', '<ports.size>'],
  ['erb', '<% x = 1 %><% ports.each do |p| %><% x = p %><% end %><%= x %>', '80'],
  ['erb', '<% if ports.empty? %>none<% elsif names.include?("a") %>a<% end %>', 'a'],
  ['erb', '<% x = 5 if other %><%= x %>', '<x>'],
  ['erb', '<% case on %><% when true %>a<% end %>b', '<on> b'],
  ['epp', '<% $names.each |Integer $i, String $n| { -%><%= $i %><%= $n %> <% } -%>', '0b 1a'],
  ['epp', '<% if $on { -%>a<% } else { -%>b<% } -%>', 'a'],
  ['terraform', `%{ for p in ports ~}\${p} %{ endfor ~}`, '443 80'],
  ['terraform', `\${on ? "a" : "b"} \${join("-", ports)} $\${x}`, `a 443-80 \${x}`],
])('%s: %s', (language, text, expected) => {
  expect(
    printed(text, language)
      .replace(/\s*(<[^>]*>)\s*/g, ' $1 ')
      .trim()
      .replace(/\s+/g, ' '),
  ).toBe(expected);
});

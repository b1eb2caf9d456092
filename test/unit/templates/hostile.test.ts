// Tags in any place of a file: none of them makes a syntax error that the file does not have without it, and nothing throws.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../server/src/configuration/languages.js';
import { loaded, type Problem, type Sources } from '../../../server/src/dialects/dialect.js';
import { detectAmong } from '../../../server/src/dialects/registry.js';
import { randomFrom } from '../../random.js';

const READ = await Promise.all(LANGUAGES.map(loaded));

const FIXTURES = fileURLToPath(new URL('../../fixtures/templates/', import.meta.url));
const SOURCES: Sources = { roots: ['file:///site'], read: () => 'missing', list: () => [] };
const ROUNDS = 12;

/** What is put in by itself, and what is put around a part of the text. */
const TAGS: Readonly<
  Record<string, { readonly single: readonly string[]; readonly around: readonly [string, string][] }>
> = {
  j2: {
    single: [
      '{{ x }}',
      '{{- x -}}',
      '{{ x | default("a b") }}',
      '{# {{ note }} #}',
      '{#- note -#}',
      '{% set y = 1 %}',
      '{% raw %}{% endraw %}',
      '{% include "more.j2" %}',
      '{% import "forms.j2" as forms %}',
      '{{ forms.field("}}") }}',
    ],
    around: [
      ['{% if x %}', '{% endif %}'],
      ['{%- if x -%}', '{%- endif -%}'],
      ['{% for x in xs %}', '{% endfor %}'],
      ['{% if a %}{% else %}', '{% endif %}'],
      ['{% call form() %}', '{% endcall %}'],
      ['{% filter upper %}', '{% endfilter %}'],
      ['{% macro m(a) %}', '{% endmacro %}'],
    ],
  },
  erb: {
    single: ['<%= @x %>', '<%= x -%>', '<%# note -%>', '<% y = 1 -%>', '<%- y = 1 -%>'],
    around: [
      ['<% if @x -%>', '<% end -%>'],
      ['<% @xs.each do |x| %>', '<% end %>'],
      ['<% unless @x %>', '<% end %>'],
    ],
  },
  epp: {
    single: ['<%= $x %>', '<%# note -%>', '<% $y = 1 -%>'],
    around: [
      ['<% if $x { -%>', '<% } -%>'],
      ['<% $xs.each |$x| { %>', '<% } %>'],
    ],
  },
  gotmpl: {
    single: ['{{ .X }}', '{{- .X -}}', '{{/* note */}}', '{{ template "more" . }}', '{{ $y := 1 }}'],
    around: [
      ['{{ if .X }}', '{{ end }}'],
      ['{{- range .Xs -}}', '{{- end -}}'],
      ['{{ with .X }}', '{{ end }}'],
    ],
  },
  tftpl: {
    // Written with `%`, so that they are no templates of JavaScript.
    single: ['%{x}', '%{join(",", xs)}', '%{ "%{x}" }'].map((tag) => tag.replaceAll('%', '$')),
    around: [
      ['%{ if x }', '%{ endif }'],
      ['%{~ for x in xs ~}', '%{~ endfor ~}'],
    ],
  },
};

const plain = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) => {
  if (!entry.isDirectory()) return [];
  const folder = join(FIXTURES, entry.name, 'rendered-1');
  return readdirSync(folder).map((name) => ({
    folder: entry.name,
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }));
});

function syntaxErrors(name: string, text: string, dialect: string | undefined): Problem[] {
  const found = detectAmong(READ, `/site/${name}`, text);
  if (found?.id !== dialect || !found) return [];
  const source = { uri: `file:///site/${name}`, text };
  return found
    .lower(source, found.parse(source), SOURCES)
    .problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name');
}

/** An offset of a text, but not behind a character that would be the first one of the tag: `{{{ x }}` is no tag behind a brace. */
function placeIn(text: string, offset: number): number {
  let at = Math.min(text.length, offset);
  while (/[{<%$]/.test(text.charAt(at - 1))) at--;
  return at;
}

function withTags(text: string, extension: string, random: (below: number) => number): string {
  const { single, around } = TAGS[extension] ?? { single: [], around: [] };
  const at = placeIn(text, random(text.length));
  if (random(3) > 0) return text.slice(0, at) + (single[random(single.length)] ?? '') + text.slice(at);
  const end = Math.max(at, placeIn(text, at + 1 + random(80)));
  const [before, after] = around[random(around.length)] ?? ['', ''];
  return text.slice(0, at) + before + text.slice(at, end) + after + text.slice(end);
}

describe.each(plain)('$folder', ({ name, text }) => {
  const dialect = detectAmong(READ, `/site/${name}`, text)?.id;
  const known = new Set(syntaxErrors(name, text, dialect).map(({ message }) => message));

  test.each(Object.keys(TAGS))('has no syntax error from a tag of .%s', (extension) => {
    const random = randomFrom(name.length + extension.length + text.length);
    const made: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const tagged = withTags(text, extension, random);
      for (const { message, range } of syntaxErrors(`${name}.${extension}`, tagged, dialect)) {
        if (!known.has(message))
          made.push(`${message} ${JSON.stringify(tagged.slice(Math.max(0, range.start - 40), range.end + 40))}`);
      }
    }
    expect(made).toEqual([]);
  });
});

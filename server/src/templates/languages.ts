// Recognises templates, by the second extension of their name or by tags in their text, and which language their tags are in.
import type { Text } from '../text/pieced-text.js';

export type TemplateLanguage = 'jinja' | 'erb' | 'epp' | 'go' | 'terraform';

/** The extension that a template has beside that of the file that is made from it. */
const EXTENSION = /\.(j2|jinja2?|erb|epp|tmpl|tpl|gotmpl|tftpl)$/i;

const BY_EXTENSION: Readonly<Record<string, TemplateLanguage>> = {
  j2: 'jinja',
  jinja: 'jinja',
  jinja2: 'jinja',
  erb: 'erb',
  epp: 'epp',
  gotmpl: 'go',
  tftpl: 'terraform',
};

/** Statements of Jinja, and outputs: https://jinja.palletsprojects.com/en/stable/templates/. */
const JINJA_STATEMENT =
  /\{%[-+]?[ \t\n]{0,20}(?:if|for|set|macro|include|raw|block|extends|import|from|call|filter|with)\b/;
const ERB_TAG = /<%[-=#]?[^%<>]{1,200}-?%>/;
const GO_ACTION = /\{\{-?[ \t]{0,20}(?:if|range|with|end|else|define|template|block|include|\.|\$)/;
/** Terraform's: https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates. */
const TERRAFORM_DIRECTIVE = /%\{~?[ \t]{0,20}(?:if|for)\b/;
const TERRAFORM_VALUE = /\$\{~?[ \t]{0,20}[A-Za-z_]/;
const OUTPUT = /\{\{[-~+]?[ \t]{0,20}[A-Za-z_][\w.]{0,100}[ \t]{0,20}[^{}\n]{0,200}\}\}/;

/** Scripts and PAC files use two braces for things of their own; there only statements show that a file is a template. */
const OWN_BRACES = /\.(?:pac|js|dat|sh|bash|fw|ps1|psm1|cmd|bat)$/i;
const SHELL = /^#!.*sh\b/;

/** How much of a file is searched for tags, in UTF-16 code units. */
const WINDOW = 65_536;

/** The language of the tags of a file; `undefined` where it is no template. */
export function templateLanguage(path: string, text: Text): TemplateLanguage | undefined {
  const extension = EXTENSION.exec(path)?.[1]?.toLowerCase();
  const known = extension === undefined ? undefined : BY_EXTENSION[extension];
  if (known) return known;
  const window = text.slice(0, WINDOW);
  // At every keystroke: most texts have none of the delimiters, which is seen a hundred times faster than that no tag is there.
  if (window.includes('{%') && JINJA_STATEMENT.test(window)) return 'jinja';
  if (window.includes('<%') && ERB_TAG.test(window)) return /<%[^%]{0,200}[{|]/.test(window) ? 'epp' : 'erb';
  const isNamed = extension !== undefined;
  const hasBraces = window.includes('{{');
  if (isNamed && (TERRAFORM_DIRECTIVE.test(window) || (!hasBraces && TERRAFORM_VALUE.test(window)))) return 'terraform';
  if (isNamed) return GO_ACTION.test(window) || !OUTPUT.test(window) ? 'go' : 'jinja';
  if (!hasBraces || OWN_BRACES.test(path) || SHELL.test(window)) return undefined;
  return OUTPUT.test(window) ? 'jinja' : undefined;
}

/** The name of the file that is made from a template. */
export function renderedPath(path: string): string {
  return path.replace(EXTENSION, '');
}

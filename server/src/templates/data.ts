// What the expressions of templates are evaluated to: plain data, or an open value that names what it depends on.
import type { TemplateLanguage } from './languages.js';

/** A value that is not known before somebody fills the template in. */
export class Open {
  constructor(
    /** The variable that it depends on. */
    readonly name: string,
  ) {}
}

/** Plain data, as YAML has it, or {@link Open}; `undefined` is a key that a known map does not have. */
export type Value = unknown;

export function isMap(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Open);
}

/** Whether a value counts as true in a condition. */
export function truth(value: Value, language: TemplateLanguage): boolean | Open {
  if (value instanceof Open) return value;
  if (value === undefined || value === null || value === false) return false;
  // Of the others Ruby and Puppet take everything for true.
  if (language === 'erb' || language === 'epp') return true;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : true;
}

/** The first open value in some data, however deep. */
export function openIn(value: Value, depth = 0): Open | undefined {
  if (value instanceof Open) return value;
  if (depth > 20 || typeof value !== 'object' || value === null) return undefined;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    const open = openIn(item, depth + 1);
    if (open) return open;
  }
  return undefined;
}

/** The text that an output prints; open where it is not known. */
export function textOf(value: Value, language: TemplateLanguage): string | Open {
  const open = openIn(value);
  if (open) return open;
  if (value === undefined || value === null) return language === 'jinja' && value === null ? 'None' : '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return language === 'jinja' ? (value ? 'True' : 'False') : String(value);
  // How lists and maps are printed depends on the language and is never what a configuration needs.
  return new Open('a list');
}

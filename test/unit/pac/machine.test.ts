import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { result } from './machine-helpers.js';

const snippets = readFileSync(new URL('../../fixtures/pac-machine/snippets.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

/** A program that tells the value of a function's body, or what it throws. */
function program(body: string): string {
  return `function run() { ${body} }
function FindProxyForURL(url, host) {
  try { var r = run(); return typeof r + ' ' + JSON.stringify(r); }
  catch (e) { return 'throws ' + e.name; }
}`;
}

function inNode(text: string): string {
  const context = createContext({});
  runInContext(text, context);
  return String(runInContext('FindProxyForURL("https://www.example.com/", "www.example.com")', context));
}

describe('a program', () => {
  it.each(snippets)('%s', (snippet) => {
    const text = program(snippet);
    expect(result(text)).toBe(inNode(text));
  });
});

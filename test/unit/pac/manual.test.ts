// What ECMAScript and the specifications of PAC files define is in the table of words, and nothing of it falls through.
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it, test } from 'vitest';
import { words } from '../../../server/src/dialects/pac/vocabulary/words.js';
import { decide } from './helpers.js';

const SECTIONS = readFileSync(new URL('manual.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [source = '', names = ''] = line.split(': ');
    return { source, names: names.split(' ') };
  });

const known = new Map(words.words.map((word) => [word.name, word]));

describe.each(SECTIONS)('$source', ({ names }) => {
  it('has no name that the table has not', () => {
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

/** What a program decides that goes direct where an expression is `undefined`, or is not there. */
function outcomeOf(expression: string): string {
  const body = `if (typeof (${expression}) === 'undefined') return 'DIRECT'; return 'PROXY there:1';`;
  const [only] = decide(`function FindProxyForURL(url, host) { ${body} }`, 'www.example.com');
  return only?.outcome.kind === 'selected' ? only.outcome.result : (only?.outcome.reason ?? '');
}

const members = words.words.filter(({ place }) => place === 'member of an object');
const access = (name: string) => {
  const at = name.lastIndexOf('.');
  return `${name.slice(0, at)}[${JSON.stringify(name.slice(at + 1))}]`;
};

describe('a member of an object', () => {
  test.each(members.filter(({ treatment }) => treatment === 'opaque'))('is not followed: $name', ({ name }) => {
    const use = name.startsWith('Object.prototype.') ? `${access(name)}('x', alert)` : access(name);
    expect(outcomeOf(use)).toContain(`uses ${name}, which Lintel does not follow`);
  });

  // The interpreter has it, or tells that what it is called on is none of its kind.
  test.each(members.filter(({ treatment }) => treatment === 'modelled'))('is followed: $name', ({ name }) => {
    expect(outcomeOf(access(name))).toMatch(/^PROXY there:1$|incompatible receiver/);
  });

  it('of the engine that the tests run in is in the table', () => {
    const context = createContext({});
    const holders = new Set(members.map(({ name }) => name.slice(0, name.lastIndexOf('.'))));
    /** Functions have the first, and prototypes are read by what has them. */
    const ofAll = new Set(['length', 'name', 'prototype', 'constructor', '__proto__', 'arguments', 'caller']);
    const flags = new Set('dotAll global hasIndices ignoreCase multiline sticky unicode unicodeSets'.split(' '));
    const missing = [...holders].flatMap((holder) => {
      const names: string[] = runInContext(`Object.getOwnPropertyNames(${holder})`, context);
      const own = names.filter((name) => !ofAll.has(name) && !(holder === 'RegExp.prototype' && flags.has(name)));
      return own.map((name) => `${holder}.${name}`).filter((name) => !known.has(name));
    });
    expect(holders.size).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

describe('what is not followed', () => {
  it.each([
    ["/^(\\w+)\\./.test(host); return RegExp.$1 === 'www' ? 'DIRECT' : 'PROXY p:1';", 'RegExp.$1'],
    ["return host.link('x') === '' ? 'DIRECT' : 'PROXY p:1';", 'String.prototype.link'],
    ["return new Set([host]).union ? 'DIRECT' : 'PROXY p:1';", 'Set.prototype.union'],
    ["return new WebAssembly.Module() ? 'DIRECT' : 'PROXY p:1';", 'WebAssembly'],
  ])('leaves the answer open: %s', (body, name) => {
    const [only] = decide(`function FindProxyForURL(url, host) { ${body} }`, 'www.example.com');
    expect(only?.outcome).toMatchObject({ kind: 'undecided' });
    expect(JSON.stringify(only?.outcome)).toContain(`uses ${name}, which Lintel does not follow`);
  });

  it.each([
    "String.prototype.sub = function () { return 'DIRECT'; }; function FindProxyForURL(url, host) { return host.sub(); }",
    "var Proxy = 'DIRECT'; function FindProxyForURL(url, host) { return Proxy; }",
    "function FindProxyForURL(url, host) { var all = new Map(); all.groupBy = 'DIRECT'; return all.groupBy; }",
    "function FindProxyForURL(url, host) { var Temporal = 'DIRECT'; return Temporal; }",
  ])('is, where the program defines it: %s', (text) => {
    const [only] = decide(text, 'www.example.com');
    expect(only?.outcome).toMatchObject({ kind: 'selected', route: 'direct' });
  });
});

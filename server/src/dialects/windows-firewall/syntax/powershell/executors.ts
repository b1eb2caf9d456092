// Commands of PowerShell that run other commands, which stand in their arguments: `cmd /c netsh …`, `Start-Process netsh …`,
// `Invoke-Expression 'netsh …'`.

import { CHANGING_WITHIN } from '../../vocabulary/commands.js';
import { type NetshCommand, netshOf, readNetsh, type Word } from '../netsh.js';
import type { TokenList } from './token-list.js';
import type { Token } from './tokens.js';

const EXECUTORS =
  /(?:^|\\)(?:cmd|powershell|pwsh|invoke-expression|iex|start-process|saps|start|wmic|psexec)(?:\.exe)?$/;

/**
 * The command of netsh that another command runs, `unread` where it may change the firewall in another way, and `undefined`
 * where it does not.
 */
export function executedCommand(
  text: string,
  tokens: TokenList,
  at: number,
  stop: number,
): NetshCommand | 'unread' | undefined {
  const called = tokens.isSign(at, '&') ? at + 1 : at;
  const first = tokens.at(called);
  const name = first?.kind === 'word' ? first.text.toLowerCase() : '';
  const { start, end } = tokens.rangeOf(at, stop);
  const written = text.slice(start, end);
  // What they run is known only when the script runs.
  const second = tokens.at(called + 1);
  const given = second?.kind === 'parameter' && second.text === 'command' ? tokens.at(called + 2) : second;
  const isVariable = given?.kind === 'variable' || given?.kind === 'splat';
  if (isVariable && called < stop - 1 && /^(?:iex|invoke-expression|(?:.*\\)?netsh(?:\.exe)?)$/.test(name))
    return 'unread';
  if (!EXECUTORS.test(name) || !(/\b(?:adv)?firewall\b/i.test(written) || CHANGING_WITHIN.test(written)))
    return undefined;
  const values = Array.from({ length: stop - at - 1 }, (_, i) => tokens.at(at + 1 + i)).flatMap((token) => token ?? []);
  const command = /^start|^saps/.test(name)
    ? startedProcess(values)
    : /^(?:iex|invoke)/.test(name)
      ? expression(text, values)
      : /cmd(?:\.exe)?$/.test(name)
        ? shellCommand(text, values, tokens.endOf(stop))
        : undefined;
  return command ?? 'unread';
}

/** `Start-Process netsh -ArgumentList …`, with further parameters that have no list of values. */
function startedProcess(tokens: readonly Token[]): NetshCommand | undefined {
  const words: Word[] = [];
  let parameter = '';
  for (const token of tokens) {
    if (token.kind === 'parameter') parameter = token.text;
    else if (token.text === ',' && token.kind === 'sign') continue;
    else if (!/^(?:word|literal|expandable)$/.test(token.kind)) return undefined;
    else if (parameter === '' || /^(?:file|arg)/.test(parameter)) {
      for (const word of innerWords(token)) words.push(word);
      // Only a list may follow.
      if (parameter !== '' && !parameter.startsWith('arg')) parameter = '';
    } else parameter = '';
  }
  return netshOf(words);
}

/** `Invoke-Expression 'netsh …'`. */
function expression(text: string, tokens: readonly Token[]): NetshCommand | undefined {
  const [only, ...others] = tokens.filter(({ kind, text: name }) => kind !== 'parameter' || name !== 'command');
  return only && others.length === 0 ? quotedCommand(text, only) : undefined;
}

/** `cmd /c netsh …` and `cmd /c "netsh …"`. */
function shellCommand(text: string, tokens: readonly Token[], end: number): NetshCommand | undefined {
  const [option, first, ...others] = tokens;
  if (!first || !/^\/[ck]$/i.test(option?.text ?? '')) return undefined;
  if (first.kind !== 'word') return others.length === 0 ? quotedCommand(text, first) : undefined;
  return /^netsh(?:\.exe)?$/i.test(first.text) && isSingle(text.slice(first.start, end))
    ? readNetsh(text, { start: first.start, nameEnd: first.end, end }, '`')
    : undefined;
}

function quotedCommand(text: string, { kind, start, end }: Token): NetshCommand | undefined {
  if (kind !== 'literal' && kind !== 'expandable') return undefined;
  const [, blanks = '', name] = /^(\s*(?:&\s*)?)(netsh(?:\.exe)?)\s/i.exec(text.slice(start + 1, end - 1)) ?? [];
  if (name === undefined || !isSingle(text.slice(start + 1 + blanks.length, end - 1))) return undefined;
  const nameStart = start + 1 + blanks.length;
  return readNetsh(text, { start: nameStart, nameEnd: nameStart + name.length, end: end - 1 }, '`', true);
}

/** Whether a text is one command. */
function isSingle(command: string): boolean {
  return !/[;&|\n]/.test(command.replace(/"[^"]*"/g, ''));
}

/** The words of a text that another program splits. */
function innerWords({ kind, text, start, end }: Token): Word[] {
  if (kind === 'word') return [{ text, start, end }];
  return [...text.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => ({ text: word.replaceAll('"', ''), start, end }));
}

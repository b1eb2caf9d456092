// Maps the verdicts and other statements of a rule to actions of the model.
import type { FilterAction } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import type { Expression, RuleStatement, SetElement, TranslateStatement, Verdict } from '../syntax/tree.js';
import { ADDRESS4, ADDRESS6, dataType } from '../vocabulary/data-types.js';
import type { RuleContext } from './context.js';
import { ValueReader } from './value-reader.js';

/** Why the verdict is undecided after statements that pass packets to something else. */
const TERMINAL_REASONS: Readonly<Record<string, string>> = {
  queue: 'the program that reads the queue decides',
  tproxy: 'a transparent proxy receives the packets',
  synproxy: 'synproxy replies in place of the destination',
  fwd: 'the packets are sent out of another interface without routing',
};

/** The action of a verdict; `undefined` for `continue`, after which evaluation continues. */
function verdictOf({ verdict, chain }: Verdict): FilterAction | undefined {
  switch (verdict) {
    case 'accept':
      return { kind: 'accept' };
    case 'drop':
      return { kind: 'deny' };
    case 'return':
      return { kind: 'return' };
    case 'continue':
      return undefined;
    case 'jump':
    case 'goto':
      if (chain?.kind !== 'word') return { kind: 'undecided', reason: 'the chain that it jumps to is not defined' };
      return { kind: verdict, chain: chain.text };
  }
}

/** The action of an element of a verdict map. */
export function verdictAction({ value }: SetElement): FilterAction | undefined {
  if (value?.kind === 'verdict') return verdictOf(value);
  return { kind: 'undecided', reason: 'the element of the map has no verdict' };
}

/** The action of a statement; `undefined` where evaluation continues. */
export function actionOf(statement: RuleStatement, context: RuleContext): FilterAction | undefined {
  switch (statement.kind) {
    case 'verdict':
      return verdictOf(statement);
    case 'reject':
      return { kind: 'deny' };
    case 'terminal':
      return { kind: 'undecided', reason: TERMINAL_REASONS[statement.name] ?? `${statement.name} decides` };
    case 'translate':
      return translation(statement, context);
    default:
      return undefined;
  }
}

function translation(statement: TranslateStatement, context: RuleContext): FilterAction {
  const { name, address, port } = statement;
  if (name === 'snat' || name === 'masquerade') return { kind: 'accept' };
  const reason = `${context.text(statement)} changes the destination`;
  if (name === 'redirect') return { kind: 'undecided', reason: `${context.text(statement)} redirects to this host` };
  if (!address && !port) return { kind: 'undecided', reason };
  if (statement.complex) return oneOf(addressesIn(address, isV6(statement, address, context), context), reason);
  return destinationOf(statement, address, port, context);
}

/** The change to one address, one port or both; undecided where these are not constants. */
export function destinationOf(
  statement: TranslateStatement,
  address: TranslateStatement['address'],
  port: TranslateStatement['port'],
  context: RuleContext,
): FilterAction {
  const reason = `${context.text(statement)} changes the destination`;
  if (!address && !port) return { kind: 'undecided', reason };
  const v6 = isV6(statement, address, context);
  const destination = address && singleAddress(address, v6, context);
  const destinationPorts = port && singlePort(port, context);
  if (address && !destination) return oneOf(addressesIn(address, v6, context), reason);
  if (port && !destinationPorts) return oneOf(destination, reason);
  return { kind: 'rewrite', destination, destinationPorts };
}

function isV6({ family }: TranslateStatement, address: TranslateStatement['address'], context: RuleContext): boolean {
  return (
    family === 'ip6' || context.environment.family === 'ip6' || (address?.kind === 'word' && address.text.includes(':'))
  );
}

/** The change to one of some addresses, where these are known. */
function oneOf(destinations: IpSet | undefined, reason: string): FilterAction {
  return { kind: 'undecided', reason, ...(destinations ? { destinations } : {}) };
}

/** The addresses of a range or of the values of a map; `undefined` where they are unknown. */
function addressesIn(value: Expression | undefined, v6: boolean, context: RuleContext): IpSet | undefined {
  if (value?.kind === 'concatenation') return addressesIn(value.parts[0], v6, context);
  if (value?.kind === 'map') {
    const known = context.elementsOf(value.map)?.map((element) => {
      return element.value?.kind === 'verdict' ? undefined : addressesIn(element.value, v6, context);
    });
    return known && IpSet.join(known.flatMap((own) => own ?? []));
  }
  if (value?.kind !== 'word' && value?.kind !== 'range') return undefined;
  const reader = new ValueReader(v6 ? ADDRESS6 : ADDRESS4, context, []);
  reader.add(value);
  const { addresses, unknown } = reader.result();
  return unknown.length === 0 && !addresses.isEmpty ? addresses : undefined;
}

function singleAddress(
  address: NonNullable<TranslateStatement['address']>,
  v6: boolean,
  context: RuleContext,
): IpSet | undefined {
  if (address.kind !== 'word') return undefined;
  const reader = new ValueReader(v6 ? ADDRESS6 : ADDRESS4, context, context.problems);
  reader.add(address);
  const { addresses, unknown } = reader.result();
  return unknown.length === 0 && !addresses.isEmpty ? addresses : undefined;
}

/** One constant port. */
export function singlePort(port: Expression, context: RuleContext): IntervalSet<number> | undefined {
  const reader = new ValueReader(dataType('inet_service'), context, context.problems);
  if (port.kind !== 'number' && port.kind !== 'word') return undefined;
  const value = reader.constant(port);
  return value === undefined ? undefined : IntervalSet.of([value, value]);
}

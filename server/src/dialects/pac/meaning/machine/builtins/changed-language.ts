// Programs that change what the helper functions of browsers are made of.
import type { Helper } from '../../environment/helper.js';
import { HelperError } from '../../values/text-helpers.js';
import { Unknown, type Value } from '../../values/value.js';
import { failureOfHelper } from '../failures-of-arguments.js';
import { orFailure } from '../may-throw.js';
import type { Native, NativeContext } from '../natives.js';
import type { PacObject } from '../objects.js';
import type { Realm } from '../realm.js';

const SETTERS = ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds'];
const DATE = [
  'Date',
  ...['getDay', 'getUTCDay', 'getTime', 'valueOf'].map(ofDate),
  ...SETTERS.flatMap((field) => [`get${field}`, `getUTC${field}`, `set${field}`].map(ofDate)),
];

function ofDate(name: string): string {
  return `Date.prototype.${name}`;
}

/**
 * What the helpers use, which Chromium and Firefox (`services/proxy_resolver/pac_js_library.h`, `netwerk/base/ascii_pac_utils.js`)
 * write in JavaScript and run among the objects of the program.
 */
const USED: Readonly<Record<string, readonly string[]>> = {
  dnsDomainIs: ['String.prototype.substring'],
  dnsDomainLevels: ['String.prototype.split'],
  isPlainHostName: ['String.prototype.search', 'RegExp.prototype.exec'],
  localHostOrDomainIs: ['String.prototype.lastIndexOf'],
  shExpMatch: ['String.prototype.replace', 'RegExp', 'RegExp.prototype.test', 'RegExp.prototype.exec'],
  isInNet: ['RegExp.prototype.test', 'RegExp.prototype.exec', 'String.prototype.split', 'dnsResolve'],
  isResolvable: ['dnsResolve'],
  convert_addr: ['String.prototype.split'],
  weekdayRange: DATE,
  dateRange: [...DATE, 'parseInt', 'isNaN'],
  timeRange: DATE,
};

interface Part {
  readonly title: string;
  readonly holder: PacObject;
  readonly name: string;
  readonly original: Value;
}

function partOf(title: string, { global, stringPrototype, regExpPrototype, datePrototype }: Realm): Part {
  const [type = '', prototype, method] = title.split('.');
  const prototypes = new Map([
    ['String', stringPrototype],
    ['RegExp', regExpPrototype],
    ['Date', datePrototype],
  ]);
  const holder = (prototype && prototypes.get(type)) || global;
  const name = method ?? type;
  return { title, holder, name, original: holder.getOwn(name)?.value };
}

/** The parts of the language that the helpers use, as they are before the program runs. */
export class OriginalParts {
  private readonly partsOf: ReadonlyMap<string, readonly Part[]>;

  constructor(realm: Realm) {
    this.partsOf = new Map(
      Object.entries(USED).map(([helper, titles]) => [helper, titles.map((one) => partOf(one, realm))]),
    );
  }

  /** What the program has changed of that which a helper uses. */
  changedFor(helper: string, context: NativeContext): string | undefined {
    return this.partsOf.get(helper)?.find((part) => this.isChanged(part, context))?.title;
  }

  private isChanged({ holder, name, original }: Part, context: NativeContext): boolean {
    return context.ownValue(holder, name) !== original;
  }
}

/** A helper that is as unknown as what the program has made of the language. */
export function helperNative(name: string, helper: Helper, parts: () => OriginalParts | undefined): Native {
  return (_self, args, context) => {
    const changed = parts()?.changedFor(name, context);
    if (changed !== undefined) return new Unknown(`calls ${name} after changing ${changed}`, context.node);
    try {
      return orFailure(helper(args, context), failureOfHelper(name, args, context));
    } catch (error) {
      throw error instanceof HelperError ? context.error(error.kind, error.message) : error;
    }
  };
}

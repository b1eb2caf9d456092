// What programs ask their environment, by name: the helper functions of PAC files, random numbers, and the fields of the clock.
import { onIpv6 } from '../values/ipv6.js';
import { TEXT_HELPERS } from '../values/text-helpers.js';
import { Unknown, type Value } from '../values/value.js';
import {
  convertAddress,
  dnsResolve,
  dnsResolveEx,
  isInNet,
  isInNetEx,
  isResolvable,
  isResolvableEx,
  myIpAddress,
  myIpAddressEx,
  sortIpAddressList,
} from './addresses.js';
import { clockValue } from './clock.js';
import { dateRange, timeRange, weekdayRange } from './date-helpers.js';
import type { Helper, HelperContext } from './helper.js';
import { RandomNumber } from './random.js';

/** The global functions that ask the environment. */
const FUNCTIONS: Readonly<Record<string, Helper>> = {
  alert: () => undefined,
  myIpAddress,
  myIpAddressEx,
  dnsResolve,
  dnsResolveEx,
  isResolvable,
  isResolvableEx,
  isInNet,
  isInNetEx,
  sortIpAddressList,
  convert_addr: convertAddress,
  getClientVersion: () => '1.0',
  weekdayRange,
  dateRange,
  timeRange,
};

/** What a method of the current date gives, such as `getUTCHours`; unknown for those with too many values (`getTime`). */
function currentDate(method: string, { environment, node }: HelperContext): Value {
  return clockValue(method, environment, node) ?? new Unknown('depends on the time', node);
}

/** The methods of the current date that tell something of the time; `time` stands for the function of `Date` that gives it. */
const DATE_METHODS = [
  ...['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'].flatMap((field) => [
    `get${field}`,
    `getUTC${field}`,
  ]),
  ...[
    'now',
    'getYear',
    'getTime',
    'valueOf',
    'getTimezoneOffset',
    'toString',
    'toDateString',
    'toTimeString',
    'toISOString',
  ],
  ...['toUTCString', 'toGMTString', 'toJSON', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'],
];

/** `Math.random`, and as `Date.getHours` the methods of the date that `new Date()` makes. */
const BUILT_IN: readonly (readonly [string, Helper])[] = [
  ['Math.random', (_args, { environment, node }) => new RandomNumber(environment, node)],
  ...DATE_METHODS.map((method): [string, Helper] => [
    `Date.${method}`,
    (_args, context) => currentDate(method, context),
  ]),
];

export const HELPERS: ReadonlyMap<string, Helper> = new Map<string, Helper>([
  ...[...TEXT_HELPERS].map(([name, helper]): [string, Helper] => [
    name,
    (args, context) => {
      const onAddress = onIpv6(args, (values) => helper(values, context), context);
      return onAddress ? onAddress.result : helper(args, context);
    },
  ]),
  ...Object.entries(FUNCTIONS),
  ...BUILT_IN,
]);

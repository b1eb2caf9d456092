// Checks the arguments of the directives that open a listening port.

import type { LineProblem } from '../../shared/line-problem.js';
import { isPortOption, PORT_BUMP_OPTIONS, PORT_MODES } from '../vocabulary/values.js';
import { checkKeyOrder, checkTlsFlags } from './argument-values.js';
import { problemAt } from './references.js';
import type { Token } from './tree.js';

const NEEDS_ACCEL = ['defaultsite=', 'vport', 'protocol=', 'allow-direct'];

/** Options with which a port is one of TLS (`Security::PeerOptions::parse`). */
const TLS_SETTING =
  /^(?:(?:tls-)?(?:options|cipher|cafile|capath|crlfile|version)=|tls-(?:(?:min-version|flags)=|default-ca)|sslflags=)/;

/** Checks the arguments of http_port, https_port and ftp_port. */
export function checkListeningPort(address: Token, options: readonly Token[], directive: string): LineProblem[] {
  const problems: LineProblem[] = [...checkTlsFlags(options, /^(?:sslflags|tls-flags)=/), ...checkKeyOrder(options)];
  const port =
    /^(?:\[[^\]]+\]|[^:]+):(\d+)$/.exec(address.text)?.[1] ?? (/^\d+$/.test(address.text) ? address.text : undefined);
  if (port === undefined || Number(port) === 0 || Number(port) > 65535) {
    problems.push(problemAt(address, `'${address.text}' has no valid port`));
  }
  const modes = options.filter(({ text }) => PORT_MODES.has(text));
  const kinds = new Set(modes.map(({ text }) => PORT_MODES.get(text)));
  const mode = modes[modes.length - 1];
  if (kinds.size > 1 && mode) problems.push(problemAt(mode, 'only one of accel, intercept and tproxy is allowed'));
  let accelerates = false;
  for (const option of options) {
    const { text } = option;
    if (PORT_MODES.get(text) === 'accel') accelerates = true;
    if (!isPortOption(text)) {
      problems.push(problemAt(option, `'${directive}' has no option '${text}'`));
    } else if (!accelerates && NEEDS_ACCEL.some((prefix) => text.startsWith(prefix))) {
      problems.push(problemAt(option, `'${text}' needs 'accel' before it`));
    }
  }
  const bumps = options.some(({ text }) => PORT_BUMP_OPTIONS.has(text));
  if (directive === 'https_port' && !options.some(({ text }) => /^(tls-)?cert=/.test(text))) {
    problems.push(problemAt(address, "'https_port' needs a certificate: tls-cert="));
  }
  const withTls = options.find(({ text }) => TLS_SETTING.test(text));
  if (directive === 'http_port' && withTls && !options.some(({ text }) => /^(tls-)?cert=/.test(text))) {
    problems.push(problemAt(withTls, `'${withTls.text}' needs a certificate: tls-cert=`));
  }
  const intercepts = kinds.has('intercept') || kinds.has('tproxy');
  // Each needs the other, and squid does not start with one alone.
  if (directive === 'https_port' && bumps !== intercepts) {
    const intercepted = kinds.has('intercept') ? 'intercept' : 'tproxy';
    const [present, lacks] = bumps ? ['ssl-bump', "'intercept' or 'tproxy'"] : [intercepted, "'ssl-bump'"];
    problems.push(problemAt(address, `'${present}' of an https_port needs ${lacks}`));
  }
  return problems;
}

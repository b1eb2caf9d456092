// Messages as users read them: one voice, whatever part of the program writes them.

/** Names of programs and functions that a sentence may begin with, and which are written in lower case there too. */
const NAMES: ReadonlySet<string> = new Set([
  'iptables',
  'ipset',
  'netsh',
  'nft',
  'nftables',
  'search',
  'squid',
  'systemd',
  'ufw',
]);

/** Begins with a capital letter, unless its first word is a name or written in another way than plain words, and ends with a stop. */
export function sentence(text: string): string {
  const first = /^[a-z]+(?=[ ,:]|$)/.exec(text)?.[0];
  const begun = first === undefined || NAMES.has(first) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) || begun === '' ? begun : `${begun}.`;
}

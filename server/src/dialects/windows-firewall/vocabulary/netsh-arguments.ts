// The arguments of the commands of netsh in the order of their usage, with the words that they take, for whoever types them.

/** An argument, and the words that its usage lists; without any it takes a text of the user. */
export interface NetshArgument {
  readonly name: string;
  readonly values: readonly string[];
}

/** `name dir=in|out`, as the usage writes it. */
function usage(text: string): readonly NetshArgument[] {
  return text
    .trim()
    .split(/\s+/)
    .map((argument) => {
      const [name = '', values = ''] = argument.split('=');
      return { name, values: values === '' ? [] : values.split('|') };
    });
}

/** What rules are selected by, and what they are (*Netsh advfirewall firewall*, `add rule`). */
const CONDITIONS = `program service enable=yes|no profile=public|private|domain|any localip=any
  remoteip=any|localsubnet|dns|dhcp|wins|defaultgateway localport=RPC|RPC-EPMap|IPHTTPS|any remoteport=any
  protocol=tcp|udp|icmpv4|icmpv6|any`;
const MORE_CONDITIONS = `interfacetype=wireless|lan|ras|any rmtcomputergrp rmtusrgrp edge=yes|deferapp|deferuser|no
  security=authenticate|authenc|authdynenc|authnoencap|notrequired description`;

/** *Netsh advfirewall consec*, `add rule`. */
const SECURED = `endpoint1=any|localsubnet|dns|dhcp|wins|defaultgateway endpoint2=any|localsubnet|dns|dhcp|wins|defaultgateway
  action=requireinrequestout|requestinrequestout|requireinrequireout|requireinclearout|noauthentication
  mode=transport|tunnel enable=yes|no profile=public|private|domain|any type=dynamic|static
  localtunnelendpoint remotetunnelendpoint port1=any port2=any protocol=tcp|udp|icmpv4|icmpv6|any
  interfacetype=wireless|lan|ras|any description`;

/** By command, in lower case. Behind `new`, `set rule` takes those of `add rule`. */
export const NETSH_USAGE: ReadonlyMap<string, readonly NetshArgument[]> = new Map([
  [
    'netsh advfirewall firewall add rule',
    usage(`name dir=in|out action=allow|block|bypass ${CONDITIONS} ${MORE_CONDITIONS}`),
  ],
  ['netsh advfirewall firewall set rule', usage(`name group dir=in|out ${CONDITIONS}`)],
  ['netsh advfirewall firewall delete rule', usage(`name dir=in|out ${CONDITIONS}`)],
  ['netsh advfirewall firewall show rule', usage('name profile=public|private|domain|any type=static|dynamic')],
  ['netsh advfirewall consec add rule', usage(`name ${SECURED}`)],
  ['netsh advfirewall consec set rule', usage(`name group ${SECURED}`)],
  ['netsh advfirewall consec delete rule', usage(`name ${SECURED}`)],
]);

const STATES = ['on', 'off', 'notconfigured'];
const INBOUND = ['blockinbound', 'blockinboundalways', 'allowinbound', 'notconfigured'];
const OUTBOUND = ['allowoutbound', 'blockoutbound', 'notconfigured'];

/** What stands behind `set … state` and its like (*Netsh advfirewall*, `set allprofiles`). */
export const NETSH_SETTINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['state', STATES],
  ['firewallpolicy', INBOUND.flatMap((inbound) => OUTBOUND.map((outbound) => `${inbound},${outbound}`))],
  [
    'settings',
    [
      'localfirewallrules',
      'localconsecrules',
      'inboundusernotification',
      'remotemanagement',
      'unicastresponsetomulticast',
    ],
  ],
]);

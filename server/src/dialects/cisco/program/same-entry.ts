// Compares what `no` is told with what the device holds: by meaning, because a configuration spells one value in several ways.
import type { AclEntry, GroupMember, Operand, ProtocolOperand, ServiceBox } from '../syntax/tree.js';

/** Whether two entries are the same to the device; numbers and logging do not count. */
export function isSameEntry(one: AclEntry, other: AclEntry): boolean {
  return (
    one.action === other.action &&
    one.reflects === other.reflects &&
    one.phases.first === other.phases.first &&
    one.phases.reply === other.phases.reply &&
    isSameSet(one.icmp, other.icmp) &&
    one.opaque.join('\n') === other.opaque.join('\n') &&
    isSameOperand(one.protocol, other.protocol) &&
    one.operands.length === other.operands.length &&
    one.operands.every((operand, index) => isSameOperand(operand, other.operands[index]))
  );
}

export function isSameMember(one: GroupMember, other: GroupMember): boolean {
  if (one.kind !== 'service') return isSameOperand(one, other.kind === 'service' ? undefined : other);
  if (other.kind !== 'service' || one.services.length !== other.services.length) return false;
  return one.services.every((box, index) => isSameService(box, other.services[index]));
}

type AnyOperand = Operand | ProtocolOperand;

function isSameOperand(one: AnyOperand, other: AnyOperand | undefined): boolean {
  if (one.kind === 'name') return other?.kind === 'name' && one.reference.name === other.reference.name;
  if (one.kind === 'addresses') return other?.kind === 'addresses' && one.set.equals(other.set);
  if (one.kind === 'ports') return other?.kind === 'ports' && one.set.equals(other.set);
  return other?.kind === 'protocols' && one.set.equals(other.set);
}

function isSameService(one: ServiceBox, other: ServiceBox | undefined): boolean {
  return (
    other !== undefined &&
    one.protocols.equals(other.protocols) &&
    one.sourcePorts.equals(other.sourcePorts) &&
    one.destinationPorts.equals(other.destinationPorts)
  );
}

function isSameSet(one: ServiceBox['destinationPorts'] | undefined, other: typeof one): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';

/** The verdict of the list A on web traffic from an address, at a port. */
function verdict(text: string, source: string, port = 80): string {
  const flow = parseFlow(`tcp ${source}:50000 > 203.0.113.5:${port}`);
  const file = { uri: 'file:///device.cfg', text };
  const { model } = cisco.lower(file, cisco.parse(file), { read: () => 'missing', list: () => [], roots: [] });
  if (typeof flow === 'string' || model.kind !== 'filter') throw new Error(`cannot ask: ${flow}`);
  return explainFlow(model, flow, { point: 'A' }).verdict;
}

const LIST = 'ip access-list extended A\n permit ip object-group N any\n';
const ASA = 'ASA Version 9.12\n';

describe('what a configuration takes back is gone', () => {
  it('a list, behind its own entries', () => {
    const text = 'ip access-list extended A\n permit ip any any\nno ip access-list extended A\n';
    expect(verdict(`${text}ip access-list extended A\n permit tcp any any eq 443\n`, '10.1.2.3')).toBe('deny');
  });

  it.each(['access-list A', 'all', 'access-list'])('a list of an ASA, by clear configure %s', (what) => {
    const text = `${ASA}access-list A extended permit ip any any\nclear configure ${what}\n`;
    expect(verdict(`${text}access-list A extended permit tcp any any eq 443\n`, '10.1.2.3')).toBe('deny');
  });

  it('an entry that is written in another way', () => {
    const text = `${ASA}access-list A line 1 extended deny tcp host 10.1.2.3 any eq 80\naccess-list A extended permit ip any any\n`;
    expect(verdict(text, '10.1.2.3')).toBe('deny');
    const without = `${text}no access-list A extended deny tcp 10.1.2.3 255.255.255.255 any eq www\n`;
    expect(verdict(without, '10.1.2.3')).toBe('permit');
    expect(verdict(`${text}no access-list A extended deny tcp host 10.1.2.4 any eq www\n`, '10.1.2.3')).toBe('deny');
  });

  it('a member of a group', () => {
    const group = 'object-group network N\n host 10.1.2.3\n host 10.1.2.4\n';
    expect(verdict(`${group} no host 10.1.2.3\n${LIST}`, '10.1.2.3')).toBe('deny');
    expect(verdict(`${group} no host 10.1.2.3\n${LIST}`, '10.1.2.4')).toBe('permit');
    const services = 'object-group service S tcp\n port-object eq 80\n port-object eq 443\n no port-object eq www\n';
    const list = 'access-list A extended permit tcp any any object-group S\n';
    expect(verdict(`${ASA}${services}${list}`, '10.1.2.3', 80)).toBe('deny');
    expect(verdict(`${ASA}${services}${list}`, '10.1.2.3', 443)).toBe('permit');
  });

  it('the earlier value of an object', () => {
    const text = `${ASA}object network H\n host 10.1.2.3\nobject network H\n host 10.1.2.4\n`;
    const list = 'access-list A extended permit ip object H any\n';
    expect(verdict(text + list, '10.1.2.3')).toBe('deny');
    expect(verdict(text + list, '10.1.2.4')).toBe('permit');
  });
});

describe('what a configuration possibly takes back is undecided', () => {
  it('a group, which stays while it is in use', () => {
    const text =
      'object-group network N\n host 10.1.2.3\nno object-group network N\nobject-group network N\n host 10.1.2.4\n';
    expect(verdict(text + LIST, '10.1.2.3')).toBe('undecided');
    expect(verdict(text + LIST, '10.9.9.9')).toBe('deny');
  });

  it('a member by its number', () => {
    const text = 'feature nxapi\nobject-group ip address N\n  10 host 10.1.2.3\n  20 host 10.1.2.4\n  no 10\n';
    const list = 'ip access-list A\n  10 permit ip addrgroup N any\n';
    expect(verdict(text + list, '10.1.2.3')).toBe('undecided');
    expect(verdict(text + list, '10.9.9.9')).toBe('deny');
  });
});

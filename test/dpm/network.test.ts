import { describe, expect, it } from 'vitest';
import {
  firewallCommandFor,
  networkNotes,
  networkPorts,
  perimeterNote,
  portsFor,
} from '../../src/dpm/network.js';

describe("the page's network table", () => {
  it('has its ports, and 6076 for certificates, which it does not have', () => {
    expect(portsFor('ntlm').map(({ port }) => port)).toEqual([135, 5718, 5719]);
    expect(portsFor('certificate').map(({ port }) => port)).toEqual([135, 5718, 5719, 6076]);
    for (const { port, source } of networkPorts)
      expect(source.confidence).toBe(port === 6076 ? 'observed' : 'documented');
  });

  it('has its notes', () => {
    expect(networkNotes.map(({ id }) => id)).toEqual(['account', 'agent', 'perimeter', 'ipsec']);
    expect(perimeterNote.text).toContain('not supported');
  });

  it('gives the command that opens each port', () => {
    const bin = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin';
    expect(firewallCommandFor(135, bin).command).toBe(
      'netsh advfirewall firewall add rule name="DPMRA_DCOM_135" dir=in action=allow protocol=TCP localport=135 profile=any',
    );
    expect(firewallCommandFor(5719, bin).command).toContain(`program="${bin}\\DPMRA.exe"`);
    expect(firewallCommandFor(6076, bin)).toMatchObject({
      command: expect.stringContaining('localport=6076') as string,
      source: { confidence: 'inferred' },
    });
  });
});

import { copyFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge, openStoreCertificate } from '../../src/certificate/index.js';
import type { Machine } from '../../src/machine/machine.js';
import { toHost } from '../../src/rehearsal/paths.js';
import { places } from '../../src/rehearsal/practice-files.js';
import type { World } from '../../src/rehearsal/world.js';
import { ended, importIssued, install, perform, practise, said, script, setDpmServer } from './pair.js';
import { trustEachOther } from '../support/trust.js';

const dpmName = 'dpmserver.contoso.com';
const psNames = ['fin01.widgets.corp.com', 'fin02.widgets.corp.com'] as const;
const own = `CertificateConfiguration_${dpmName}.bin`;

const setCredentials = async (machine: Machine, parameters: Readonly<Record<string, string>>) =>
  perform(machine, {
    kind: 'cmdlet',
    tool: 'Set-DPMCredentials',
    parameters: {
      DPMServerName: dpmName,
      Type: 'Certificate',
      Action: 'Configure',
      OutputFilePath: 'C:\\Temp',
      ...parameters,
    },
  });

const copy = (world: World, from: string, to: string, path: string, target = path): void => {
  const [source, destination] = [toHost(world.folder, from, path), toHost(world.folder, to, target)];
  if (source === null || destination === null) throw new Error('no such place');
  copyFileSync(source, destination);
};

const attach = async (machine: Machine, file: string) =>
  script(
    machine,
    'Attach-ProductionServerWithCertificate.ps1',
    { DPMServerName: dpmName, PSCredential: file },
    {},
  );

const listed = async (machine: Machine): Promise<readonly string[]> =>
  (await machine.ask('protected-computers', { dpmServerName: dpmName })).computers.map(
    ({ serverName, authentication }) => `${serverName} ${authentication ?? ''}`,
  );

const everything = { stores: ['LocalMachine\\My', 'CurrentUser\\My'] as const, thumbprint: null };

describe('the certificate way', () => {
  let world: World;
  let server: Machine;
  const thumbprints: Record<string, string> = {};
  const binOf = (name: string): string => `C:\\Temp\\CertificateConfiguration_${name}.bin`;

  const configure = async (name: string) =>
    setDpmServer(
      world.machine(name),
      `-dpmCredential C:\\Temp\\${own} -OutputFilePath C:\\Temp -Thumbprint ${thumbprints[name] ?? ''}`,
      {},
    );

  beforeAll(async () => {
    world = await practise({ dpmServer: dpmName, computers: psNames });
    server = world.machine('dpm-server');
    for (const name of [dpmName, ...psNames]) thumbprints[name] = await importIssued(world, name);
    await trustEachOther(world.folder);
    for (const name of psNames) await install(world.machine(name));
  }, 120_000);

  it('puts a certificate into the store that check-cert has nothing against', async () => {
    const { certificates } = await server.ask('certificates', {
      ...everything,
      stores: [...everything.stores],
    });
    expect(certificates).toHaveLength(1);
    const [stored] = certificates;
    if (!stored) throw new Error('none');
    expect(stored).toMatchObject({
      provider: 'Microsoft RSA SChannel Cryptographic Provider',
      keySpec: 'exchange',
      exportable: true,
      rootTrusted: true,
    });
    const [judged] = await judge([openStoreCertificate(stored)], { expectedName: dpmName });
    const bad = judged?.findings.filter(({ status }) => !['pass', 'not-applicable'].includes(status));
    expect(bad?.map(({ id, found }) => `${id}: ${found}`)).toEqual([]);
  });

  it('goes from nothing to two computers attached', async () => {
    const configured = await setCredentials(server, { Thumbprint: thumbprints[dpmName] ?? '' });
    expect(configured).toMatchObject({ exitCode: 0, error: null });
    for (const name of psNames) {
      copy(world, dpmName, name, `C:\\Temp\\${own}`);
      const set = await configure(name);
      expect(said(set)).toContain('Configuration completed successfully!!!');
      copy(world, name, dpmName, binOf(name));
      expect(await attach(server, binOf(name))).toMatchObject({ exitCode: 0, error: null });
    }
    expect(await listed(server)).toEqual(psNames.map((name) => `${name} certificate`));
    const computer = world.machine(psNames[0]);
    const { ports } = await computer.ask('listening-ports', {});
    expect(ports.map(({ port }) => port)).toContain(6076);
    const { services } = await computer.ask('services', { names: ['DpmCPWrapperService'] });
    expect(services[0]?.state).toBe('running');
  });

  it("really removes them when it is given the DPM server's own .bin", async () => {
    const wrong = await attach(server, `C:\\Temp\\${own}`);
    expect(wrong).toMatchObject({ exitCode: 0, error: null });
    expect(await listed(server)).toEqual([]);
    expect(ended(world).at(-1)).toBe(
      `Attach-ProductionServerWithCertificate.ps1 0: ${psNames.map((name) => `REMOVED ${name}`).join(', ')}`,
    );
    for (const name of psNames) expect((await attach(server, binOf(name))).exitCode).toBe(0);
    expect(await listed(server)).toHaveLength(2);
  });

  it('removes them by a renamed copy too', async () => {
    copy(world, dpmName, dpmName, `C:\\Temp\\${own}`, 'C:\\Windows\\System32\\fin01.bin');
    expect((await attach(server, 'fin01.bin')).exitCode).toBe(0);
    expect(await listed(server)).toEqual([]);
    for (const name of psNames) await attach(server, binOf(name));
  });

  it('does not attach with a file from before the agent was configured again', async () => {
    copy(world, dpmName, dpmName, binOf(psNames[0]), 'C:\\Temp\\old.bin');
    await configure(psNames[0]);
    expect((await attach(server, 'C:\\Temp\\old.bin')).error).toContain('33302');
  });

  it.each([
    ['33229', { Thumbprint: '' }, 'no thumbprint'],
    ['33231', { Thumbprint: 'A'.repeat(40) }, 'an unknown thumbprint'],
    ['33243', { AuthCAThumbprint: 'B'.repeat(40) }, 'an authority that is not in the chain'],
    ['Could not find a part of the path', { OutputFilePath: 'C:\\Nowhere' }, 'a folder that does not exist'],
    ['Cannot bind', { Type: 'Kerberos' }, 'another type'],
    ['Cannot bind', { Action: 'Update' }, 'another action'],
    ['A parameter cannot be found', { Colour: 'blue' }, 'an unknown parameter'],
    ['Unable to connect', { DPMServerName: 'Other01' }, 'another DPM server'],
  ])('Set-DPMCredentials says %s to %j', async (text, change, _what) => {
    const parameters: Record<string, string> = { Thumbprint: thumbprints[dpmName] ?? '', ...change };
    if (parameters.Thumbprint === '') delete parameters.Thumbprint;
    const result = await setCredentials(server, parameters);
    expect(result.exitCode).not.toBe(0);
    expect(result.error).toContain(text);
  });

  it.each([
    ['-dpmCredential C:\\Temp\\nothing.bin -OutputFilePath C:\\Temp -Thumbprint T', 'Could not find file'],
    [`-dpmCredential C:\\Temp\\${own} -OutputFilePath C:\\Nowhere -Thumbprint T`, 'Could not find a part'],
    [`-dpmCredential C:\\Temp\\${own} -OutputFilePath C:\\Temp`, '32696'],
    [`-dpmCredential C:\\Temp\\${own} -OutputFilePath C:\\Temp -Thumbprint T -isNonDomainServer`, '32696'],
    [`-dpmCredential ${binOf(psNames[0])} -OutputFilePath C:\\Temp -Thumbprint T`, '33237'],
    [`-dpmCredential C:\\Temp\\garbage.bin -OutputFilePath C:\\Temp -Thumbprint T`, '33237'],
    [`-dpmCredential C:\\Temp\\${own} -OutputFilePath C:\\Temp -Thumbprint ${'C'.repeat(40)}`, '33231'],
  ])('SetDpmServer %s says %s', async (words, text) => {
    const garbage = toHost(world.folder, psNames[0], 'C:\\Temp\\garbage.bin');
    writeFileSync(garbage ?? '', '\u0000\u0001');
    const result = await setDpmServer(
      world.machine(psNames[0]),
      words.replace(/ T( |$)/, ` ${thumbprints[psNames[0]] ?? ''}$1`),
      {},
    );
    expect(result.exitCode).not.toBe(0);
    expect(said(result)).toContain(text);
  });

  it("takes a bare name from the agent's bin folder", async () => {
    copy(world, dpmName, psNames[1], `C:\\Temp\\${own}`, `${places.agentBin}\\${own}`);
    const result = await setDpmServer(
      world.machine(psNames[1]),
      `-dpmCredential ${own} -OutputFilePath C:\\Temp -Thumbprint ${thumbprints[psNames[1]] ?? ''}`,
      {},
    );
    expect(result.exitCode).toBe(0);
  });

  it.each([
    ['crl-unreachable', '33234'],
    ['cpwrapper-stopped', '33236'],
  ])('with the fault %s Set-DPMCredentials says %s', async (fault, id) => {
    await world.setFaults([`${fault}@${dpmName}`]);
    const result = await setCredentials(server, { Thumbprint: thumbprints[dpmName] ?? '' });
    await world.setFaults([]);
    expect(result.error).toContain(id);
  });

  it('with port 6076 blocked the attach says 33304', async () => {
    await world.setFaults([`port-6076-blocked@${psNames[1]}`]);
    copy(world, psNames[1], dpmName, binOf(psNames[1]));
    expect((await attach(server, binOf(psNames[1]))).error).toContain('33304');
    await world.setFaults([]);
    expect((await attach(server, binOf(psNames[1]))).error).toBeNull();
  });
});

describe('before anything is configured', () => {
  it('Regenerate says 33230', async () => {
    const world = await practise({ dpmServer: dpmName });
    const result = await setCredentials(world.machine('dpm-server'), { Action: 'Regenerate' });
    expect(result.error).toContain('33230');
  });
});

describe('certreq', () => {
  it('brings a certificate of the practice authority into the store', async () => {
    const world = await practise({ computers: [psNames[0]] });
    const machine = world.machine('protected-computer');
    const inf = [
      '[NewRequest]',
      `Subject = "CN=${psNames[0]}"`,
      'ProviderName = "Microsoft RSA SChannel Cryptographic Provider"',
      'KeySpec = 1',
      'KeyLength = 2048',
      'Exportable = TRUE',
    ].join('\r\n');
    await perform(machine, { kind: 'write-file', path: 'C:\\Temp\\r.inf', content: inf });
    const certreq = async (...words: readonly string[]) =>
      perform(machine, {
        kind: 'program',
        tool: 'certreq.exe',
        path: 'C:\\Windows\\System32\\certreq.exe',
        arguments: words,
      });
    expect((await certreq('-new', '-machine', 'C:\\Temp\\r.inf', 'C:\\Temp\\r.req')).exitCode).toBe(0);
    expect((await certreq('-submit', 'C:\\Temp\\r.req', 'C:\\Temp\\r.cer')).exitCode).toBe(0);
    expect((await certreq('-accept', '-machine', 'C:\\Temp\\r.cer')).exitCode).toBe(0);
    const { certificates } = await machine.ask('certificates', {
      stores: ['LocalMachine\\My'],
      thumbprint: null,
    });
    expect(certificates[0]).toMatchObject({ keySpec: 'exchange', exportable: true, rootTrusted: true });
    const again = await certreq('-accept', '-machine', 'C:\\Temp\\r.cer');
    expect(again.exitCode).toBe(0);
    expect((await certreq('-submit', 'C:\\Temp\\r.inf', 'C:\\Temp\\x.cer')).exitCode).not.toBe(0);
  });
});

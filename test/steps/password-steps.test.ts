import { describe, expect, it } from 'vitest';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { setDpmServerNtlm } from '../../src/steps/set-dpm-server-ntlm.js';
import { noRecord, type StepRecord } from '../../src/steps/step.js';
import {
  refreshComputer,
  updateNonDomainServerInfo,
  updatePassword,
} from '../../src/steps/update-password.js';
import { fakeMachine } from '../support/fake-machine.js';

const user = (passwordLastSet: Date) => ({
  name: 'mark',
  enabled: true,
  passwordLastSet: passwordLastSet.toISOString(),
  passwordExpires: true,
  administrator: false,
});
const computer = (passwordLastSet: Date): Machine =>
  fakeMachine({ answers: { 'local-users': { users: [user(passwordLastSet)] } } });
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);
const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};
const endedWell: StepRecord = { ...noRecord, started: ago(60), ended: { exitCode: 0, well: true } };

describe('updating the password', () => {
  const step = updatePassword({
    binFolder: 'C:\\DPM\\bin',
    dpmServerName: 'Server01',
    userName: 'mark',
  });

  it('runs again after an interrupted run, and says whose password held until then', async () => {
    const probe = await step.probe(computer(ago(30)), endedWell, {});
    expect(probe.state).toBe('not-done');
    expect(probe.found).toContain('The interrupted run set a password for mark');
  });

  it('says which password holds, also where the second change failed', async () => {
    const before = await step.probe(computer(ago(30)), endedWell, {});
    const verify = async (set: Date) =>
      step.verify(computer(set), { before, result: ended, earlier: {}, started: ago(10) });
    const verified = await verify(ago(5));
    expect(verified).toMatchObject({ state: 'verified' });
    expect(verified.found).toContain('The password of this run is valid, not that of the interrupted run');
    const failed = await verify(ago(30));
    expect(failed).toMatchObject({ state: 'not-verified' });
    expect(failed.fix?.join('\n')).toContain('mark still has the password of the interrupted run');
  });

  it('does not take a password that was set just before for the one that it sets', async () => {
    const set = ago(1);
    const before = await step.probe(computer(set), noRecord, {});
    const started = new Date();
    const verification = await step.verify(computer(set), { before, result: ended, earlier: {}, started });
    expect(verification.state).toBe('not-verified');
  });
});

describe('telling the DPM server the password', () => {
  it('runs again, whatever an earlier run told it', async () => {
    const step = updateNonDomainServerInfo({
      binFolder: 'C:\\DPM\\bin',
      dpmServerName: 'Server01',
      psName: 'Finance01',
    });
    expect((await step.probe(computer(ago(30)), endedWell, {})).state).toBe('not-done');
  });
});

describe('SetDpmServer for NTLM whose end nobody saw', () => {
  const step = setDpmServerNtlm({
    binFolder: 'C:\\DPM\\bin',
    dpmServerName: 'Server01',
    userName: 'mark',
    productionServerDnsSuffix: null,
  });
  const rule = {
    name: 'DPM Protection Agent',
    enabled: true,
    allow: true,
    program: 'C:\\DPM\\bin\\DPMRA.exe',
    protocol: 'TCP',
    localPorts: null,
    profiles: [],
    remoteAddresses: null,
    fromPolicy: false,
  };
  const machine = (dpmServers: readonly string[]): Machine =>
    fakeMachine({
      answers: {
        'local-users': { users: [user(ago(30))] },
        'firewall-rules': { enabled: true, profiles: [], rules: [rule] },
        installation: {
          role: 'protected-computer',
          installPath: 'C:\\DPM\\',
          binFolder: 'C:\\DPM\\bin',
          version: '10.22.197.0',
          owners: [],
          agentConfiguration:
            dpmServers.length === 0 ? null : { sha256: 'a'.repeat(64), dpmServers: [...dpmServers] },
          services: [{ name: 'DPMRA', displayName: null, state: 'running', startMode: 'automatic' }],
          products: [],
        },
      },
    });
  const started: StepRecord = { ...noRecord, started: ago(60) };
  const state = async (record: StepRecord, dpmServers: readonly string[] = []) =>
    (await step.probe(machine(dpmServers), record, {})).state;

  it('is not done because of an account and firewall exceptions that may be older', async () => {
    expect(await state(started)).toBe('unknown');
    expect(await state({ ...started, facts: { firewallBefore: true } })).toBe('unknown');
  });

  it('is done where the tool ended well, the agent names the DPM server, or the exceptions are new', async () => {
    expect(await state({ ...started, ended: { exitCode: 0, well: true } })).toBe('done');
    expect(await state({ ...started, facts: { ownedBefore: false } }, ['Server01'])).toBe('done');
    expect(await state({ ...started, facts: { firewallBefore: false } })).toBe('done');
  });

  it('is not done by what was there before that run: its account, and the owner of the agent', async () => {
    const facts = { accountBefore: true, firewallBefore: false, ownedBefore: false };
    expect(await state({ ...started, facts }, ['Server01'])).toBe('unknown');
    expect(await state({ ...started, facts: { ownedBefore: true } }, ['Server01'])).toBe('unknown');
    expect(await state(started, ['Server01'])).toBe('unknown');
  });
});

describe('the refresh that shows whether the password is right', () => {
  const step = refreshComputer({ dpmServerName: 'Server01', psName: 'Finance01' });
  const verify = async (result: Partial<CommandResult>) =>
    step.verify(fakeMachine({ answers: {} }), {
      before: { state: 'not-done', found: '' },
      result: { ...ended, ...result },
      earlier: {},
      started: new Date(),
    });

  it('shows nothing where the DPM server does not list the computer, or gives no answer', async () => {
    expect((await verify({ result: { found: true } })).state).toBe('verified');
    const absent = await verify({ result: { found: false } });
    expect(absent).toMatchObject({ state: 'not-verified', found: 'Server01 does not list Finance01' });
    expect((await verify({})).state).toBe('not-verified');
  });
});

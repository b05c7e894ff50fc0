import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toHost } from '../../src/rehearsal/paths.js';
import { dpmPrep } from '../support/cli.js';
import { toNtlmPlan } from '../support/guide-questions.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keys, Terminal } from '../support/terminal.js';

const base = temporaryFolder('guide');
const password = 'Practice-2026!';
let count = 0;
let terminal: Terminal | null = null;

afterEach(() => {
  terminal?.kill();
  terminal = null;
});

const start = (): { readonly terminal: Terminal; readonly world: string } => {
  count += 1;
  const world = join(base, `world-${String(count)}`);
  terminal = new Terminal(['guide', '--rehearse', '--world', world], { folder: base, columns: 400 });
  return { terminal, world };
};

const changed = (world: string): boolean => existsSync(join(world, 'log.jsonl'));

const questions = [...toNtlmPlan, ['Run this plan?', '\r']] as const;

const answerUpTo = async (session: Terminal, last: number, first = 0): Promise<void> => {
  await session.answer(questions.slice(first, last));
};

describe('the guided run in a real terminal', () => {
  it('asks what is needed, runs the plan, and says what the DPM server must do', async () => {
    const { terminal: session, world } = start();
    await answerUpTo(session, questions.length);
    await session.waitFor('Enter the password:');
    session.line(password);
    await session.waitFor('Confirm the password:');
    session.line(password);
    expect(await session.exitCode()).toBe(6);
    const text = session.text();
    expect(text).toMatch(/REHEARSAL/);
    expect(text).toContain('SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark');
    expect(text).toContain('dpm-prep attach --handover Finance01.handover.json');
    expect(text).toContain(
      'Attach-NonDomainServer.ps1 -DpmServername Server01 -PSName Finance01 -Username mark',
    );
    expect(text).toMatch(/The same again, unattended\n {2}dpm-prep guide .*--password-file <file>/);
    expect(text).not.toContain(password);
    expect(session.raw).not.toContain(password);

    // The line that was promised does the same: nothing is left to do.
    const replay = / {2}(dpm-prep guide [^\n]*(?:\n\S[^\n]*)*)/.exec(text)?.[1]?.replace(/\n/g, '') ?? '';
    const words = replay.replace('--password-file <file>', '').split(' ').filter(Boolean).slice(1);
    const again = await dpmPrep(words, { folder: base, environment: { DPM_PREP_PASSWORD: password } });
    expect(again).toMatchObject({
      code: 6,
      stdout: expect.stringContaining('Nothing to do on this computer') as string,
    });
    const log = readFileSync(join(world, 'log.jsonl'), 'utf8');
    expect(log.match(/"event":"started"/g)).toHaveLength(2);
    expect(log).not.toContain(password);
  }, 90_000);

  it('judges an answer as it is typed and lets it be corrected', async () => {
    const { terminal: session } = start();
    await answerUpTo(session, 6);
    await session.waitFor('Name of the DPM server:');
    session.line('Server 01');
    await session.waitFor('which a NetBIOS name cannot have');
    session.send(keys.backspace.repeat(20));
    session.line('Server01');
    await session.waitFor('User name:');
    session.line('CORP\\mark');
    await session.waitFor('"CORP\\mark" has a domain or computer prefix');
    session.send(keys.backspace.repeat(20));
    session.line('mark');
    await session.waitFor('SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark');
  }, 60_000);

  it('asks again, with the reason, after every wrong answer, and runs with the right ones', async () => {
    const { terminal: session, world } = start();
    await session.waitFor('Which computer is this?');
    session.send(`${keys.down}\r`);
    await session.waitFor('DPM is not installed on this computer');
    await session.waitFor(/Which computer is this\?\s+❯/);
    session.send('\r');
    await answerUpTo(session, 5, 1);
    await session.waitFor('licence terms');
    session.line();
    await session.waitFor('can be installed only if you accept');
    session.line('y');
    await session.waitFor('Name of the DPM server:');
    session.line('Finance01');
    await session.waitFor('Finance01 is this computer');
    session.line('nosuch');
    await session.waitFor('cannot resolve the name nosuch');
    session.line('Server01');
    await session.waitFor('User name:');
    session.line('mark');
    await session.waitFor('Run this plan?');
    const text = session.text();
    expect(text).toMatch(/Your answers/);
    expect(text).toMatch(/Name of the DPM server\s+Server01/);
    // Only the question, not the sentence before it.
    expect(text).toMatch(/^\s*Which computer is this\s+The computer/m);
    expect(changed(world)).toBe(false);
  }, 60_000);

  it('changes one answer at the last question and asks nothing else again', async () => {
    const { terminal: session } = start();
    await answerUpTo(session, questions.length - 1);
    await session.waitFor('Run this plan?');
    session.send('c\r');
    await session.waitFor('Which answer do you want to change?');
    session.send('User\r');
    await session.waitFor('User name: (mark)');
    session.line('anna');
    await session.waitFor('SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName anna');
    await session.waitFor(/User name\s+anna/);
    expect(session.text().match(/Name of the DPM server:/g)).toHaveLength(1);
  }, 60_000);

  it('judges every workload of the computer, and offers only the methods that all of them allow', async () => {
    const { terminal: session } = start();
    await answerUpTo(session, 3);
    await session.waitFor('What else on this computer, besides Files?');
    session.send('System\r');
    await session.waitFor('System State: NTLM authentication alone is possible');
    await session.waitFor('What else on this computer, besides Files, System State?');
    session.send('Sec\r');
    await session.waitFor('One computer authenticates by one method');
    await session.waitFor(/besides Files, System State\?[^]*besides Files, System State\?\s+❯/);
    session.send('\r');
    // Certificates are no longer offered.
    await session.waitFor('licence terms');
    expect(session.text()).not.toContain('Authentication:');
  }, 60_000);

  it('says whose password it is, and asks again when the two differ', async () => {
    const { terminal: session, world } = start();
    await answerUpTo(session, questions.length);
    await session.waitFor('a new password for the local account mark');
    await session.waitFor('Enter the password:');
    session.line(password);
    await session.waitFor('Confirm the password:');
    session.line('Another-2026!');
    await session.waitFor('Run the step again?');
    session.line('y');
    await session.waitFor(/Enter the password:[^]*Enter the password:/);
    session.line(password);
    await session.waitFor(/Confirm the password:[^]*Confirm the password:/);
    session.line(password);
    expect(await session.exitCode()).toBe(6);
    expect(readFileSync(join(world, 'log.jsonl'), 'utf8')).not.toContain(password);
  }, 90_000);

  it('continues a run that was interrupted at the prompt of a tool, by resume and by the guide', async () => {
    const { terminal: session, world } = start();
    await answerUpTo(session, questions.length);
    await session.waitFor('Enter the password:');
    session.send(keys.ctrlC);
    expect(await session.exitCode()).toBe(130);
    session.kill();
    // Without a menu: who says resume has chosen. The answers are those of the run.
    const resumed = new Terminal(['resume', '--world', world], { folder: base, columns: 400 });
    terminal = resumed;
    await resumed.waitFor('Run this plan?');
    expect(resumed.text()).not.toContain('What do you want to do?');
    resumed.send('\r');
    await resumed.waitFor('Enter the password:');
    resumed.send(keys.ctrlC);
    expect(await resumed.exitCode()).toBe(130);
    resumed.kill();
    const again = new Terminal(['guide', '--world', world], { folder: base, columns: 400 });
    terminal = again;
    await again.waitFor('Resume that run');
    again.send('\r');
    await again.waitFor('Run this plan?');
    again.send('\r');
    for (const prompt of ['Enter the password:', 'Confirm the password:']) {
      await again.waitFor(prompt);
      again.line(password);
    }
    expect(await again.exitCode()).toBe(6);
    expect(again.text().match(/What do you want to do\?/g)).toHaveLength(1);
  }, 90_000);

  it('says on the DPM server which computers are attached, and offers them', async () => {
    count += 1;
    const world = join(base, `world-${String(count)}`);
    expect((await dpmPrep(['rehearse', '--world', world])).code).toBe(0);
    terminal = new Terminal(['guide', '--world', world, '--on', 'dpm-server'], {
      folder: base,
      columns: 80,
      rows: 24,
    });
    await terminal.waitFor('Attached to this DPM server: Finance01');
    await terminal.waitFor('What do you want to do on this DPM server?');
    terminal.send(`${keys.down.repeat(3)}\r`);
    await terminal.answer([
      ['What do you want to protect?', '\r'],
      ['Does it run on a cluster?', 'n\r'],
      ['What else on this computer, besides Files?', '\r'],
      ['Authentication:', '\r'],
      ['Name of the DPM server:', '\r'],
    ]);
    await terminal.waitFor(/Name of the protected computer[^]*❯ Finance01/);
    await terminal.waitFor('Another: enter it');
    terminal.send(keys.ctrlC);
    expect(await terminal.exitCode()).toBe(130);
  }, 90_000);

  it('prepares a DPM server that a secondary one is to protect', async () => {
    count += 1;
    const world = join(base, `world-${String(count)}`);
    const rehearsed = await dpmPrep([
      ...['rehearse', '--workload', 'secondary-dpm-server', '--world', world],
    ]);
    expect(rehearsed.code, rehearsed.stderr).toBe(0);
    terminal = new Terminal(['guide', '--world', world, '--on', 'Primary01'], {
      folder: base,
      columns: 80,
      rows: 24,
    });
    await terminal.answer([
      ['What do you want to do on this DPM server?', 'Let a secondary\r'],
      ['With the handover file', '\r'],
      ["Folder for this computer's own credential file", '\r'],
      ['Certificate for DPM', '\r'],
    ]);
    await terminal.waitFor('Run this plan?');
    expect(terminal.text()).toContain('SetDpmServer.exe');
    terminal.send(keys.ctrlC);
    expect(await terminal.exitCode()).toBe(130);
  }, 90_000);

  it('asks which computer the certificates are for, so that it gets a handover file', async () => {
    count += 1;
    const world = join(base, `world-${String(count)}`);
    expect((await dpmPrep(['rehearse', '--auth', 'certificate', '--world', world])).code).toBe(0);
    terminal = new Terminal(['guide', '--world', world, '--on', 'dpm-server'], {
      folder: base,
      columns: 80,
      rows: 24,
    });
    await terminal.answer([
      ['What do you want to do on this DPM server?', 'Configure this\r'],
      ['Name of the protected computer', 'Server01\r'],
      ['Server01 is this computer. Enter the name of the protected computer.', 'Finance01\r'],
      ['Name of the DPM server', keys.ctrlC],
    ]);
    expect(await terminal.exitCode()).toBe(130);
  }, 90_000);

  it("offers the .bin that was carried here, and asks again after this computer's own, under whatever name", async () => {
    count += 1;
    const world = join(base, `world-${String(count)}`);
    expect((await dpmPrep(['rehearse', '--auth', 'certificate', '--world', world])).code).toBe(0);
    const name = 'Finance01.widgets.corp.com';
    const own = toHost(world, name, `C:\\CertMetaData\\CertificateConfiguration_${name}.bin`) ?? '';
    copyFileSync(own, join(base, 'renamed.bin'));
    terminal = new Terminal(['guide', '--world', world, '--auth', 'certificate'], {
      folder: base,
      columns: 80,
      rows: 24,
    });
    await terminal.waitFor('Prepare this computer again');
    terminal.send('Prepare\r');
    await terminal.waitFor(/CertificateConfiguration_Server01\.corp\.contoso\.com\.bin,/);
    terminal.send('Enter\r');
    await terminal.waitFor('Path of the .bin that Set-DPMCredentials wrote on the DPM server');
    terminal.line('"renamed.bin"');
    await terminal.waitFor("this computer's own credential file");
    terminal.line('nosuch.bin');
    await terminal.waitFor(/was not found|does not exist/);
    terminal.send(keys.ctrlC);
    expect(await terminal.exitCode()).toBe(130);
  }, 90_000);

  it.each(questions.map(([question], index) => [question, index] as const))(
    'ends with 130 and changes nothing on Ctrl-C at "%s"',
    async (question, index) => {
      const { terminal: session, world } = start();
      await answerUpTo(session, index);
      await session.waitFor(question);
      session.send(keys.ctrlC);
      expect(await session.exitCode()).toBe(130);
      expect(session.text()).toMatch(/Cancelled/);
      expect(session.text()).not.toMatch(/ at |Error:/);
      expect(changed(world)).toBe(false);
    },
    60_000,
  );

  it('does nothing when the plan is declined', async () => {
    const { terminal: session, world } = start();
    await answerUpTo(session, questions.length - 1);
    await session.waitFor('Run this plan?');
    session.line('n');
    expect(await session.exitCode()).toBe(130);
    expect(changed(world)).toBe(false);
  }, 60_000);
});

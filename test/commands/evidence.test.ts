import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { credentialFileName } from '../../src/dpm/credential-file.js';
import { handoverFileName, parseHandover } from '../../src/dpm/handover.js';
import { addRecord } from '../../src/rehearsal/records.js';
import { changeWorld, readState, readWorld, writeWorld } from '../../src/rehearsal/store.js';
import {
  copyOf,
  dpmServer,
  hostPath,
  onPractice,
  onServer,
  ownBin,
  sha256Of,
} from '../support/certificate-world.js';
import { document, dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('evidence');
const template = join(folder, 'template');
const psName = 'Finance01.widgets.corp.com';
const bin = credentialFileName(psName);
const meta = 'C:\\CertMetaData';

let count = 0;
/** A pair on which the whole certificate way was rehearsed. */
const newWorld = (): string => {
  count += 1;
  return copyOf(template, join(folder, `world-${String(count)}`));
};

const onComputer = async (world: string, words: readonly string[]): Promise<CliResult> =>
  onPractice(world, words, { on: 'protected-computer' });
const at = (world: string, computer: string, name: string): string =>
  hostPath(world, computer, `${meta}\\${name}`);

const thumbprintOn = (world: string): string =>
  readState(world, psName).certificates.find(({ store }) => store === 'LocalMachine\\My')?.thumbprint ?? '';

const configure = async (world: string): Promise<CliResult> =>
  onComputer(world, [
    ...['set-dpm-server', '--auth', 'certificate', '--handover', `${meta}\\${handoverFileName(psName)}`],
    ...['--thumbprint', thumbprintOn(world), '--output-file-path', meta, '--handover-folder', meta],
  ]);
const carryBack = (world: string): void => {
  for (const name of [bin, handoverFileName(psName)]) {
    copyFileSync(at(world, psName, name), at(world, dpmServer, name));
  }
};
const attach = async (world: string): Promise<CliResult> =>
  onPractice(world, ['attach', '--handover', `${meta}\\${handoverFileName(psName)}`]);
const stateOf = (result: CliResult, id: string): unknown =>
  document(result).steps.find((step) => step.id === id)?.state;
const forget = (world: string, computer: string): void => {
  rmSync(join(world, 'machines', computer, 'dpm-prep'), { recursive: true });
};
const setFaults = (world: string, faults: string[]): void => {
  writeWorld(world, { ...readWorld(world), faults });
};

beforeAll(async () => {
  const rehearsed = await dpmPrep(['rehearse', '--auth', 'certificate', '--world', template, '--json']);
  expect(rehearsed.code, rehearsed.stdout).toBe(0);
}, 180_000);

describe('what a step believes', () => {
  it('no account alone, of a SetDpmServer that did not come to its end', async () => {
    const world = newWorld();
    const account = ['--auth', 'ntlm', '--dpm-server-name', dpmServer, '--ps-name', psName] as const;
    const words = ['set-dpm-server', ...account, '--user-name', 'mark', '--fault', 'set-dpm-server:crashes'];
    const killed = await onPractice(world, words, {
      on: 'protected-computer',
      environment: { DPM_PREP_PASSWORD: 'Practice-Passw0rd-of-mark' },
    });
    expect(killed.code, killed.stdout).toBe(4);
    expect(killed.stdout).toContain('nothing shows that SetDpmServer came to its end');
    expect(readState(world, psName).agent?.configuration.mode).toBe('certificate');
  });

  it('the journal, while nothing contradicts it', async () => {
    const world = newWorld();
    expect(stateOf(await configure(world), 'set-dpm-server-certificate')).toBe('already-done');
    const again = await attach(world);
    expect(document(again)).toMatchObject({ exitCode: 0, outcome: 'nothing-to-do', changed: false });
  }, 60_000);

  it('not the journal where the agent was installed again', async () => {
    const world = newWorld();
    await changeWorld(world, (draft) => {
      const { agent } = draft.of({ id: psName });
      if (agent) agent.configuration = { mode: 'none' };
    });
    expect(stateOf(await configure(world), 'set-dpm-server-certificate')).toBe('done');
  }, 60_000);

  it('attaches again when the credential file changed', async () => {
    const world = newWorld();
    forget(world, psName);
    const before = sha256Of(at(world, psName, bin));
    expect((await configure(world)).code).toBe(6);
    expect(sha256Of(at(world, psName, bin))).not.toBe(before);
    carryBack(world);
    const result = await attach(world);
    expect(result.code, result.stdout).toBe(0);
    expect(stateOf(result, `attach:${psName}`)).toBe('done');
  }, 60_000);

  it('not a computer of another name with the same NetBIOS name', async () => {
    const world = newWorld();
    await changeWorld(world, (draft) => {
      const server = draft.of({ id: dpmServer });
      const computer = draft.world.computers.find(({ id }) => id === psName);
      if (!server.server || !computer) throw new Error('no pair');
      server.server.records = [];
      addRecord(
        { ...draft.world, behaviour: { ...draft.world.behaviour, attachDelayMs: 0 } },
        server,
        computer,
        {
          serverName: 'Finance01.other.corp.com',
          authentication: 'certificate',
          userName: null,
          password: null,
        },
      );
    });
    setFaults(world, ['attach-certificate:exit-0-does-nothing']);
    const result = await attach(world);
    expect(result.code, result.stdout).toBe(5);
    expect(result.stdout).toContain('it lists Finance01.other.corp.com, which may be a different computer');
  }, 120_000);
});

describe('the credential file of the protected computer', () => {
  it.each(['crashes', 'exit-0-does-nothing', 'success-text-but-fails'])(
    'is not one that somebody copied there while SetDpmServer %s',
    async (fault) => {
      const world = newWorld();
      forget(world, psName);
      rmSync(at(world, psName, bin));
      setFaults(world, [`set-dpm-server:${fault}`]);
      const copying = setInterval(() => {
        copyFileSync(
          onServer(world, ownBin).replace('Temp', 'CertMetaData'),
          at(world, psName, 'mybackup.bin'),
        );
      }, 20);
      const result = await configure(world);
      clearInterval(copying);
      expect([4, 5], result.stdout).toContain(result.code);
      const parsed = parseHandover(readFileSync(at(world, psName, handoverFileName(psName)), 'utf8'));
      expect(parsed.ok && parsed.value.protectedComputerCredential?.name).not.toBe('mybackup.bin');
    },
    60_000,
  );

  it('comes from a folder of that run alone, which nobody else can write to', async () => {
    const world = newWorld();
    const kept = readdirSync(hostPath(world, psName, 'C:\\ProgramData\\dpm-prep'));
    expect(kept).toHaveLength(1);
    expect(readdirSync(hostPath(world, psName, `C:\\ProgramData\\dpm-prep\\${kept[0] ?? ''}`))).toEqual([
      bin,
    ]);
    // The attach's private copy is gone.
    expect(readdirSync(hostPath(world, dpmServer, 'C:\\ProgramData\\dpm-prep'))).toHaveLength(1);
    await Promise.resolve();
  });
});

describe('a handover file for a SetDpmServer that was run by hand', () => {
  const words = (file: string, ...more: readonly string[]): readonly string[] => [
    ...['handover', '--ps-credential', `${meta}\\${file}`, '--dpm-credential', `${meta}\\${ownBin}`],
    ...['--handover-folder', meta, ...more],
  ];

  it('is written after all that can be checked, and the attach asks for the name', async () => {
    const world = newWorld();
    forget(world, psName);
    const result = await onComputer(world, words(bin));
    expect(result.code, result.stdout).toBe(6);
    expect(result.stdout).toContain('Not checked');
    carryBack(world);
    expect((await attach(world)).code).toBe(3);
    const confirmed = await onPractice(world, [
      ...['attach', '--handover', `${meta}\\${handoverFileName(psName)}`, '--confirm', psName],
    ]);
    expect(confirmed.code, confirmed.stdout).toBe(0);
  }, 90_000);

  it("is refused for the DPM server's own file, under its own name and another", async () => {
    const world = newWorld();
    for (const file of [ownBin, bin]) {
      copyFileSync(at(world, psName, ownBin), at(world, psName, file));
      const result = await onComputer(world, words(file));
      expect(result.code, result.stdout).toBe(3);
      expect(result.stdout).toContain("DPM server's own .bin");
    }
  }, 60_000);

  it('is refused where the agent belongs to another DPM server', async () => {
    const world = newWorld();
    const result = await onComputer(world, words(bin, '--dpm-server-name', 'Other.corp.contoso.com'));
    expect(result.code, result.stdout).toBe(3);
    expect(result.stdout).toContain('The agent belongs to');
  }, 60_000);
});

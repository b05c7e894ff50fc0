import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bothUsages, Workshop } from '../support/openssl.js';
import { randomFor } from '../torture/support/figure.js';
import { installPath, newDpmServer, newProtectedComputer, play, why, type Played } from './support/dpm.js';
import { describeWith } from './support/parts.js';
import type { WindowsComputer } from './support/wine.js';

/*
 * Both ways from nothing to attached, dpm-prep.exe killed (TerminateProcess) at random moments of each command and resumed,
 * which is killed again. What a tool did must be neither lost nor done twice. Only a tool that writes a credential file
 * runs again where its run was interrupted before the file was known: such a file is never taken up, because nothing shows
 * whose it is. Then the file that is handed over must be the one of the last run.
 */

const bin = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin';
const password = 'Pass-word-1!';
const random = randomFor('killed under Wine');
let kills = 0;

const times = async (computer: WindowsComputer, path: string): Promise<number> =>
  existsSync(computer.place(path))
    ? (await readFile(computer.place(path), 'utf8')).split('\n').length - 1
    : 0;

/** What keepers left behind. */
const leftOf = (computer: WindowsComputer): readonly string[] => {
  const folder = computer.place('C:\\ProgramData\\dpm-prep\\kept');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8')}`);
};

const journalOf = async (computer: WindowsComputer): Promise<string> =>
  readFile(computer.place('C:\\ProgramData\\dpm-prep\\journal.jsonl'), 'utf8');

/** Runs a command on that computer to its end; before that it is killed so often, at moments up to `wholeMs`. */
const killed = async (
  computer: WindowsComputer,
  words: readonly string[],
  { often, wholeMs }: { readonly often: number; readonly wholeMs: number },
  environment: Readonly<Record<string, string>> = {},
): Promise<Played> => {
  const next = async (killMs?: number): Promise<Played> => {
    const more = { environment, ...(killMs === undefined ? {} : { killMs }) };
    const resumed = await play(computer, ['resume'], more);
    const begun = resumed.report.outcome !== 'nothing-to-do' || resumed.exitCode === null;
    return begun ? resumed : play(computer, words, more);
  };
  for (let turn = 1; turn <= often; turn += 1) {
    // Later and later, so that the first turns do not end before they are killed and the last ones get far.
    const killMs = 2_000 + random.whole(wholeMs * (0.3 + (0.7 * turn) / often));
    const played = turn === 1 ? await play(computer, words, { environment, killMs }) : await next(killMs);
    if (played.exitCode !== null) return played;
    kills += 1;
  }
  return next();
};

const expectDone = (played: Played, exitCode: number): void => {
  expect(played.report.exitCode, why(played)).toBe(exitCode);
};

describeWith(
  ['Wine', 'mingw gcc', '.NET SDK'],
  'dpm-prep.exe is killed at random moments (needs openssl 3)',
  () => {
    const computers: WindowsComputer[] = [];
    let shop: Workshop;
    beforeAll(() => {
      shop = new Workshop();
    });
    afterAll(async () => {
      shop.remove();
      for (const computer of computers) await computer.end();
    });

    /** Tools that take their time, so that many of the moments fall into their work. */
    const pair = async (): Promise<readonly [WindowsComputer, WindowsComputer]> => {
      const finance = await newProtectedComputer('Finance01', {
        installer: { work: 4_000 },
        setDpmServer: { work: 3_000 },
      });
      const server = await newDpmServer('Server01');
      computers.push(finance, server);
      return [finance, server];
    };
    const expectOnce = async (finance: WindowsComputer, server: WindowsComputer): Promise<void> => {
      expect(await times(finance, 'C:\\Agents\\DPMAgentInstaller_x64.worked')).toBe(1);
      expect((await readFile(server.place(`${installPath}bin\\attached.txt`), 'utf8')).toLowerCase()).toMatch(
        /^old07\nfinance01\S*\n$/,
      );
      for (const computer of [finance, server])
        expect(leftOf(computer), await journalOf(computer)).toEqual([]);
    };

    it('NTLM: every tool did its work once', { timeout: 1_800_000 }, async () => {
      const [finance, server] = await pair();
      for (const computer of [finance, server]) await computer.put('C:\\dpm\\password.txt', `${password}\n`);
      const secret = ['--password-file', 'C:\\dpm\\password.txt'];
      expectDone(
        await killed(
          finance,
          [
            ...['guide', '--yes', '--auth', 'ntlm', '--dpm-server-name', 'Server01', '--user-name', 'mark'],
            ...['--installer', 'C:\\Agents', '--accept-eula', '--handover-folder', 'C:\\dpm', ...secret],
          ],
          { often: 7, wholeMs: 22_000 },
          { DPM_PREP_PASSWORD_FILE: 'C:\\dpm\\password.txt', DPM_PREP_YES: '1' },
        ),
        6,
      );
      const handover = await readFile(finance.place('C:\\dpm\\FINANCE01.handover.json'));
      await server.put('C:\\dpm\\FINANCE01.handover.json', handover);
      expectDone(
        await killed(
          server,
          ['attach', '--yes', '--handover', 'C:\\dpm\\FINANCE01.handover.json', ...secret],
          { often: 4, wholeMs: 14_000 },
          { DPM_PREP_PASSWORD_FILE: 'C:\\dpm\\password.txt', DPM_PREP_YES: '1' },
        ),
        0,
      );
      await expectOnce(finance, server);
      expect(await times(finance, `${bin}\\SetDpmServer.worked`)).toBe(1);
      expect(await readFile(finance.place(`${bin}\\passwords`), 'utf8')).toBe(`${password}\n${password}\n`);
      expect(await readFile(server.place(`${installPath}bin\\password.txt`), 'utf8')).toBe(password);
    });

    it('certificates: every tool did its work once', { timeout: 1_800_000 }, async () => {
      const [finance, server] = await pair();
      const root = shop.root();
      const environment = { DPM_PREP_PASSWORD: 'secret-1', DPM_PREP_YES: '1' };
      const thumbprints = new Map<WindowsComputer, string>();
      for (const computer of [finance, server]) {
        const leaf = shop.leaf(root, `/CN=${computer.name}.contoso.com`, { extensions: bothUsages });
        await computer.put('C:\\dpm\\own.pfx', shop.pfx(leaf));
        thumbprints.set(computer, leaf.thumbprint);
        await mkdir(computer.place('C:\\Temp'), { recursive: true });
        expectDone(
          await killed(
            computer,
            ['import-cert', 'C:\\dpm\\own.pfx', '--install-chain', '--yes'],
            { often: 1, wholeMs: 14_000 },
            environment,
          ),
          0,
        );
      }
      const carry = async (from: WindowsComputer, to: WindowsComputer, name: string, folder = 'C:\\dpm') => {
        const content = await readFile(from.place(`${folder}\\${name}`));
        await to.put(`C:\\dpm\\${name}`, content);
        return createHash('sha256').update(content).digest('hex');
      };
      const handedOver = async (
        computer: WindowsComputer,
        side: 'dpmServerCredential' | 'protectedComputerCredential',
      ): Promise<{ readonly name: string; readonly sha256: string }> => {
        const text = await readFile(computer.place('C:\\dpm\\Finance01.handover.json'), 'utf8');
        return (JSON.parse(text) as Record<typeof side, { readonly name: string; readonly sha256: string }>)[
          side
        ];
      };
      expectDone(
        await killed(
          server,
          [
            ...['set-credentials', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01', '--yes'],
            ...['--output-file-path', 'C:\\Temp', '--thumbprint', thumbprints.get(server) ?? ''],
            ...['--handover-folder', 'C:\\dpm'],
          ],
          { often: 4, wholeMs: 16_000 },
          environment,
        ),
        6,
      );
      await carry(server, finance, 'Finance01.handover.json');
      const given = await handedOver(server, 'dpmServerCredential');
      expect(await carry(server, finance, given.name, 'C:\\Temp')).toBe(given.sha256);
      expectDone(
        await killed(
          finance,
          [
            ...[
              'guide',
              '--yes',
              '--handover',
              'C:\\dpm\\Finance01.handover.json',
              '--handover-folder',
              'C:\\dpm',
            ],
            ...['--installer', 'C:\\Agents', '--accept-eula', '--thumbprint', thumbprints.get(finance) ?? ''],
            ...['--output-file-path', 'C:\\Temp'],
          ],
          { often: 6, wholeMs: 22_000 },
          environment,
        ),
        6,
      );
      await carry(finance, server, 'Finance01.handover.json');
      const own = await handedOver(finance, 'protectedComputerCredential');
      expect(await carry(finance, server, own.name, 'C:\\Temp')).toBe(own.sha256);
      expectDone(
        await killed(
          server,
          ['attach', '--yes', '--handover', 'C:\\dpm\\Finance01.handover.json'],
          { often: 3, wholeMs: 14_000 },
          environment,
        ),
        0,
      );
      await expectOnce(finance, server);
    });

    it('was killed often enough to say so', () => {
      expect(kills).toBeGreaterThanOrEqual(20);
    });
  },
);

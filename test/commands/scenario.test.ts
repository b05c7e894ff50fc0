import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workloadIds, type Environment, type Method, type WorkloadId } from '../../src/dpm/scenarios.js';
import { refuseUnsupported } from '../../src/application/scenario.js';
import { Problem } from '../../src/problem.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Cell = readonly [workgroup: string, untrustedDomain: string];

/** Microsoft's table, written down once more: n is NTLM, c is certificate. */
const single: Readonly<Record<WorkloadId, Cell>> = {
  files: ['nc', 'nc'],
  'system-state': ['n', 'n'],
  'sql-server': ['nc', 'nc'],
  'hyper-v-server': ['nc', 'nc'],
  'hyper-v-cluster': ['', 'c'],
  'exchange-server': ['', 'n'],
  'secondary-dpm-server': ['c', 'c'],
  sharepoint: ['', ''],
  'client-computers': ['', ''],
  'bare-metal-recovery': ['', ''],
  'end-user-recovery': ['', ''],
};
const clustered: Readonly<Record<WorkloadId, Cell>> = {
  ...single,
  files: ['c', 'c'],
  'sql-server': ['c', 'c'],
  'hyper-v-server': ['', 'c'],
  'exchange-server': ['', ''],
};

const environments: readonly Environment[] = ['workgroup', 'untrusted-domain'];
const methods: readonly Method[] = ['ntlm', 'certificate'];

const cells = workloadIds.flatMap((workload) =>
  environments.flatMap((environment, column) =>
    [false, true].flatMap((cluster) =>
      methods.map((method) => ({
        workload,
        environment,
        cluster,
        method,
        supported: ((cluster ? clustered : single)[workload][column] ?? '').includes(method.charAt(0)),
      })),
    ),
  ),
);

/** The commands that run a procedure, as far as the check needs them; what is missing is asked for later. */
const procedures: readonly (readonly [Method, readonly string[]])[] = [
  ['ntlm', ['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', 'Server01', '--user-name', 'mark']],
  [
    'ntlm',
    ['attach', '--auth', 'ntlm', '--dpm-server-name', 'S01', '--ps-name', 'F01', '--user-name', 'mark'],
  ],
  ['ntlm', ['update-password', '--dpm-server-name', 'S01', '--ps-name', 'F01']],
  [
    'certificate',
    [
      ...['set-dpm-server', '--auth', 'certificate', '--dpm-credential', 'a.bin', '--ps-name', 'f.x.com'],
      ...['--dpm-server-name', 's.x.com', '--thumbprint', 'cf822d9ba1c801ef40d4b31de0cfcb200a8a2496'],
    ],
  ],
  [
    'certificate',
    [
      ...['attach', '--auth', 'certificate', '--dpm-server-name', 's.x.com', '--ps-name', 'f.x.com'],
      ...['--ps-credential', 'a.bin'],
    ],
  ],
  [
    'certificate',
    [
      ...[
        'set-credentials',
        '--action',
        'configure',
        '--dpm-server-name',
        's.x.com',
        '--output-file-path',
        'c',
      ],
      ...['--thumbprint', 'cf822d9ba1c801ef40d4b31de0cfcb200a8a2496'],
    ],
  ],
];

describe('what is not supported', () => {
  it('is refused in every cell of the table, with the row that says so; what is supported is not', () => {
    expect(cells).toHaveLength(88);
    for (const { workload, environment, cluster, method, supported } of cells) {
      const about = `${workload} ${environment} ${method} ${cluster ? 'cluster' : 'single'}`;
      let refused: unknown = null;
      try {
        refuseUnsupported({ workload, environment, cluster }, method);
      } catch (error) {
        refused = error;
      }
      expect(refused === null, about).toBe(supported);
      if (refused === null) continue;
      expect(refused, about).toBeInstanceOf(Problem);
      const problem = refused as Problem;
      expect(problem.exitCode).toBe(3);
      expect(problem.message).toContain('Supported scenarios');
      expect(problem.message).toMatch(/^"[^"]+" /);
      expect(problem.fix.at(-1)).toMatch(/^The whole row: dpm-prep scenarios --workload /);
    }
  });

  it.each(procedures)('by %s: refused and allowed by dpm-prep %j', async (method, words) => {
    // Each command once for a workload that it cannot serve and once for one that it can.
    const of = (supported: boolean) =>
      cells.find((cell) => cell.method === method && !cell.cluster && cell.supported === supported);
    for (const [supported, code] of [
      [false, 3],
      [true, 0],
    ] as const) {
      const cell = of(supported);
      const result = await dpmPrep([
        ...words,
        ...['--workload', cell?.workload ?? '', '--environment', cell?.environment ?? ''],
        ...['--dry-run', '--json'],
      ]);
      expect(result.code, result.stdout).toBe(code);
    }
  });

  it.each([
    ['install-agent', '--accept-eula', '--workload', 'sharepoint'],
    ['request-cert', '--ps-name', 'Finance01', '--workload', 'system-state'],
  ])('dpm-prep %s refuses it too, on the computer itself, and runs nothing', async (...words) => {
    const result = await dpmPrep([...words, '--rehearse', '--yes', '--no-input', '--json']);
    expect(result.code, result.stdout).toBe(3);
    expect(document(result)).toMatchObject({ changed: false, steps: [] });
    expect(result.stdout).toContain('Supported scenarios');
  });

  it('the environment is what the protected computer shows', async () => {
    const words = ['--rehearse', '--workload', 'exchange-server', '--auth', 'ntlm', '--json'];
    const found = await dpmPrep(['preflight', ...words]);
    expect(found.code).toBe(3);
    expect(found.stdout).toContain('does not apply in a workgroup');
    expect((await dpmPrep(['preflight', ...words, '--environment', 'untrusted-domain'])).code).toBe(0);
  });
});

it('perimeter networks are called not supported wherever the network is shown', async () => {
  const text = 'Perimeter network (DMZ): protection of computers in one is not supported.';
  const shown = await dpmPrep(['scenarios', '--workload', 'files']);
  expect(shown.stdout).toContain(text);
  const listed = await dpmPrep(['scenarios', '--json']);
  expect(listed.stdout).toContain(text);
  const world = join(temporaryFolder('perimeter'), 'world');
  const words = ['preflight', '--world', world, '--dpm-server-name', 'Server01'];
  expect((await dpmPrep(words)).stdout.replaceAll(/\s+/g, ' ')).toContain(text);
  const faulty = await dpmPrep([...words, '--fault', 'unreachable@Server01', '--json']);
  expect(document(faulty).findings).toContainEqual(
    expect.objectContaining({ id: 'port-135', fix: expect.arrayContaining([text]) as unknown }),
  );
});

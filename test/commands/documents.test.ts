import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Subcommand } from '../../src/application/command.js';
import { commands } from '../../src/commands/registry.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/*
 * What a command prints with --json is what `dpm-prep schema report` says, field by field: its `data` too, which no
 * type ties to its schema on the way to the screen.
 */

const folder = temporaryFolder('documents');
const world = join(folder, 'world');
const practice = ['--rehearse', '--world', world];
const onServer = [...practice, '--on', 'dpm-server'];
const good = join('fixtures', 'good.pfx');

/** For each command with `data`: command lines that print it, in this order. */
const lines: Readonly<Record<string, readonly (readonly string[])[]>> = {
  rehearse: [['--world', world]],
  explain: [['33304'], ['0x80090016']],
  completion: [['bash']],
  scenarios: [[]],
  status: [practice, onServer],
  preflight: [practice, onServer, ['--list-checks']],
  collect: [practice, onServer],
  audit: [
    [...practice, '--out', 'Finance01.audit.json'],
    ['--merge', 'Finance01.audit.json'],
    ['--list-checks'],
  ],
  fixtures: [['fixtures', '--dry-run'], ['fixtures']],
  'check-cert': [
    ['fixtures', '--password-file', join('fixtures', 'password.txt'), '--offline'],
    [good, '--password-file', join('fixtures', 'password.txt'), '--offline', '--at', '2035-01-01'],
    ['--list-checks'],
  ],
  'convert-cert': [
    [
      ...[good, '--out', 'converted.pfx', '--password-file', join('fixtures', 'password.txt')],
      ...['--new-password-file', join('fixtures', 'password.txt')],
    ],
  ],
};

const schemaOf = async ({ load }: Subcommand): Promise<z.ZodType | null> => {
  const { dataSchema } = await load();
  return typeof dataSchema === 'function' ? dataSchema() : (dataSchema ?? null);
};

const printed = async (name: string, line: readonly string[]): Promise<unknown> => {
  const { stdout, stderr } = await dpmPrep([name, ...line, '--json'], { folder });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${name} ${line.join(' ')} printed no document: ${stdout}${stderr}`);
  }
};

describe('the document of', () => {
  const schemas = new Map<string, z.ZodType>();

  beforeAll(async () => {
    for (const command of commands) {
      const schema = await schemaOf(command);
      if (schema !== null) schemas.set(command.name, schema);
    }
  });

  it('every command with data is looked at here', () => {
    // A switch needs two prepared computers: its own tests hold its documents against the schema.
    expect([...Object.keys(lines), 'switch-auth'].sort()).toEqual([...schemas.keys()].sort());
  });

  it.each(Object.entries(lines))(
    '%s is what its schema says, and no field more',
    async (name, all) => {
      for (const line of all) {
        const data = schemas.get(name) ?? z.never();
        const document = reportDocumentSchema.extend({ data }).safeParse(await printed(name, line));
        expect(document.error?.issues, `${name} ${line.join(' ')}`).toBeUndefined();
      }
    },
    60_000,
  );

  it('a rehearsal that ends before it has a report of its own says that it is one', async () => {
    const removed = ['switch-auth', '--ps-name', 'nobody01', '--plan', join(folder, 'none.json')];
    const { stdout } = await dpmPrep(
      [...removed, '--thumbprint', '0'.repeat(40), ...onServer, '--no-input', '--json'],
      { folder },
    );
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 3, rehearsal: true, notice: 'REHEARSAL' });
  });
});

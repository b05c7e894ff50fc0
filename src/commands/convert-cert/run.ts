import * as z from 'zod';
import { unattendedPasswordPair } from '../../answers/password.js';
import { convertCertificate, openCertificates } from '../../certificate/index.js';
import { exitCode } from '../../exit-code.js';
import { usageProblem } from '../../problem.js';
import { report } from '../../run/report.js';
import { Secret } from '../../secret.js';
import { printReport } from '../../show/report-text.js';
import { readInput } from '../../application/certificate-files.js';
import { Passwords } from '../../application/certificate-passwords.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { refuseExisting, writeNew } from '../../application/new-file.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const tries = 3;

const dataSchema = z.strictObject({
  file: z.string(),
  thumbprint: z.string(),
  subject: z.string(),
  provider: z.string(),
  keyType: z.literal('exchange'),
  chainLength: z.number().describe('number of CA certificates in the new file'),
});

type Data = z.infer<typeof dataSchema>;

const newPassword = async (
  context: CommandContext<Keys>,
  path: string,
  given: Secret | null,
): Promise<Secret> => {
  if (given !== null) return given;
  const { prompter } = context;
  if (prompter === null) {
    throw usageProblem(
      'The password of the new file is missing, and no one can be asked here.',
      'Give it with --new-password-file, --new-password-stdin or the environment variable DPM_PREP_NEW_PASSWORD.',
    );
  }
  for (let asked = 0; asked < tries; asked += 1) {
    const first = await prompter.secret(`New password, for ${path}:`);
    if (first === '') context.screen.note('  The file holds a private key: it needs a password.');
    else if (first === (await prompter.secret('Type the new password again:'))) return new Secret(first);
    else context.screen.note('  The two passwords differ.');
  }
  throw usageProblem('The new password is missing.', 'Type the same password twice.');
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, positional, environment, spec } = context;
  const [path = ''] = positional;
  const { out } = answers;
  if (out === undefined) {
    throw usageProblem(
      'The file to write is missing: --out <file>',
      `dpm-prep convert-cert ${path} --out OUT.pfx`,
    );
  }
  const bytes = readInput(path);
  refuseExisting(out, 'convert-cert');
  const given = unattendedPasswordPair(answers, environment);
  const old = new Passwords(context, given.old);
  const passwords = await old.open(path, (tried) => {
    openCertificates({ name: path, bytes, passwords: tried });
    return tried;
  });
  const converted = convertCertificate(
    { name: path, bytes, passwords },
    await newPassword(context, out, given.new),
  );
  if (answers.dryRun !== true) writeNew(out, converted.pfx, 'convert-cert');
  const data: Data = {
    file: out,
    thumbprint: converted.thumbprint,
    subject: converted.subject,
    provider: converted.provider,
    keyType: 'exchange',
    chainLength: converted.chainLength,
  };
  return report({
    command: spec.name,
    exitCode: exitCode.done,
    changed: answers.dryRun !== true,
    ...(answers.dryRun === true ? { outcome: 'planned' as const } : {}),
    data,
  });
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const data = result.data as Data;
    const { color, marks } = screen.result;
    printReport(result, screen, [
      result.changed
        ? `${color.green(marks.done)} ${data.file} is written.`
        : `Dry run: ${data.file} would be written.`,
      `  Subject     ${data.subject}`,
      `  Thumbprint  ${data.thumbprint} (as before)`,
      `  Provider    ${data.provider}, key type ${data.keyType}`,
      `  CAs         ${String(data.chainLength)}`,
      '',
      `Import it: dpm-prep import-cert ${data.file}`,
      `  or: certutil -importpfx ${data.file}`,
      'Delete the file afterwards: it holds the private key.',
    ]);
  },
} satisfies CommandModule<Keys>;

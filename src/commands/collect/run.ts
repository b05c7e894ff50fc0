import * as z from 'zod';
import { collect } from '../../collect/collect.js';
import { report } from '../../run/report.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { requiredMachineFor } from '../../application/machine.js';
import { refuseExisting, writeNew } from '../../application/new-file.js';
import { existingJournal } from '../../application/past-runs.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
  file: z.string().nullable().describe('where the text was written; null: nowhere'),
  text: z.string(),
  assumptions: z.array(
    z.strictObject({
      what: z.string(),
      verdict: z.enum(['held', 'did not hold', 'not seen']),
      evidence: z.string(),
    }),
  ),
});

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, signal, version } = context;
  const { out } = answers;
  if (out !== undefined) refuseExisting(out, context.spec.name);
  const machine = await requiredMachineFor(context, 'protected-computer');
  const { text, assumptions } = await collect({
    machine,
    journal: existingJournal(context, machine),
    version,
    names: answers.names === true,
    signal,
  });
  if (out !== undefined) writeNew(out, Buffer.from(text, 'utf8'), context.spec.name);
  return report({
    command: context.spec.name,
    rehearsal: machine.rehearsal,
    data: { file: out ?? null, text, assumptions: [...assumptions] } satisfies z.infer<typeof dataSchema>,
  });
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { file, text } = dataSchema.parse(result.data);
    screen.print(
      file === null
        ? text.trimEnd()
        : `${file} was written. Read it before you share it: no tool finds every name.`,
    );
  },
} satisfies CommandModule<Keys>;

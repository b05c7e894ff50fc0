import * as z from 'zod';
import { parameterKeys, parameterOf } from '../../answers/parameters.js';
import { auditSchema } from '../../audit/document.js';
import { handoverSchema } from '../../dpm/handover.js';
import { switchPlanSchema } from '../../dpm/switch-plan.js';
import { usageProblem } from '../../problem.js';
import { report } from '../../run/report.js';
import { reportDocumentSchema } from '../../show/document-schema.js';
import type { CommandModule, KeysOf, Subcommand } from '../../application/command.js';
import { schemaParts } from '../../answers/schema-parts.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const answersSchema = () =>
  z
    .strictObject(
      Object.fromEntries(
        parameterKeys
          .filter((key) => !parameterOf(key).secret && key !== 'answers')
          .map((key) => [
            key,
            parameterOf(key).schema(schemaParts).optional().describe(parameterOf(key).help),
          ]),
      ),
    )
    .describe('Answers for dpm-prep (--answers FILE)');

const reportSchema = async (commands: readonly Subcommand[]) => {
  const dataSchemas = await Promise.all(
    commands.map(async ({ name, load }) => {
      const { dataSchema } = await load();
      const schema = typeof dataSchema === 'function' ? await dataSchema() : dataSchema;
      return schema ? [schema.describe(`of "dpm-prep ${name}"`)] : [];
    }),
  );
  return reportDocumentSchema.extend({
    data: z.union([z.null(), ...dataSchemas.flat()]),
  });
};

const documents: Readonly<
  Record<string, (commands: readonly Subcommand[]) => Promise<z.ZodType> | z.ZodType>
> = {
  report: reportSchema,
  answers: answersSchema,
  handover: () => handoverSchema,
  'switch-plan': () => switchPlanSchema,
  audit: () => auditSchema,
};

/** Adds a document to `dpm-prep schema`. */
const run: CommandModule<Keys>['run'] = async (context) => {
  const name = context.positional[0] ?? '';
  const make = Object.hasOwn(documents, name) ? documents[name] : undefined;
  if (!make) {
    throw usageProblem(
      `There is no document "${name.slice(0, 40)}".`,
      `Documents with a schema: ${Object.keys(documents).join(', ')}.`,
    );
  }
  const schema = z.toJSONSchema(await make(context.commands), { io: 'input', unrepresentable: 'any' });
  return report({ command: context.spec.name, data: schema });
};

export default {
  run,
  // The schema itself is the result, with --json and without.
  print: (result, screen) => {
    screen.print(JSON.stringify(result.data, null, 2));
  },
} satisfies CommandModule<Keys>;

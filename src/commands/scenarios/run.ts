import * as z from 'zod';
import {
  methodsText,
  possibleMethods,
  scenarios,
  supportIn,
  type Environment,
  type Scenario,
} from '../../dpm/scenarios.js';
import { networkNotes, networkPorts, perimeterNote } from '../../dpm/network.js';
import { sourceText } from '../../dpm/source.js';
import { report } from '../../run/report.js';
import { wrap } from '../../show/wrap.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const support = z.enum(['supported', 'not-supported', 'not-applicable']);

const dataSchema = z.strictObject({
  scenarios: z.array(
    z.strictObject({
      id: z.string(),
      workload: z.string(),
      workgroup: support,
      untrustedDomain: support,
      singleServer: z.array(z.string()),
      cluster: z.union([z.array(z.string()), z.enum(['not-supported', 'not-stated'])]),
      notes: z.array(z.string()),
      contradictions: z.array(z.string()),
      source: z.string(),
    }),
  ),
  network: z.strictObject({
    ports: z.array(
      z.strictObject({
        protocol: z.string(),
        port: z.number(),
        use: z.string(),
        methods: z.array(z.string()),
        source: z.string(),
      }),
    ),
    notes: z.array(z.strictObject({ id: z.string(), text: z.string(), source: z.string() })),
  }),
});

const environments: readonly Environment[] = ['workgroup', 'untrusted-domain'];

const run: CommandModule<Keys>['run'] = async (context) => {
  const { workload, environment, auth } = context.answers;
  const fits = (scenario: Scenario): boolean =>
    (workload === undefined || workload.includes(scenario.id)) &&
    (environment === undefined || supportIn(scenario, environment) === 'supported') &&
    (auth === undefined ||
      environments.some((one) =>
        [false, true].some((cluster) => possibleMethods(scenario.id, one, cluster).includes(auth)),
      ));
  return Promise.resolve(
    report({
      command: context.spec.name,
      data: {
        scenarios: scenarios.filter(fits).map((scenario) => ({
          id: scenario.id,
          workload: scenario.workload,
          workgroup: scenario.workgroup,
          untrustedDomain: scenario.untrustedDomain,
          singleServer: [...scenario.single],
          cluster: typeof scenario.cluster === 'string' ? scenario.cluster : [...scenario.cluster],
          notes: [...scenario.notes],
          contradictions: scenario.contradictions.map(({ other, says }) => `${sourceText(other)}: ${says}`),
          source: sourceText(scenario.source),
        })),
        network: {
          ports: networkPorts.map(({ protocol, port, use, methods, source }) => ({
            protocol,
            port,
            use,
            methods: [...methods],
            source: sourceText(source),
          })),
          notes: networkNotes.map(({ id, text, source }) => ({ id, text, source: sourceText(source) })),
        },
      } satisfies z.infer<typeof dataSchema>,
    }),
  );
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { scenarios: rows, network } = dataSchema.parse(result.data);
    const { color, marks } = screen.result;
    const put = (mark: string, text: string): string => `  ${mark} ${wrap(text, screen.width - 4, '    ')}`;
    const word = (one: z.infer<typeof support>): string =>
      (one === 'supported' ? color.green : color.red)(one.replaceAll('-', ' '));
    const lines = rows.flatMap((row) => [
      `${color.bold(row.workload)} ${color.dim(`(${row.id})`)}`,
      `  workgroup: ${word(row.workgroup)}, untrusted domain: ${word(row.untrustedDomain)}`,
      ...(row.singleServer.length === 0
        ? []
        : [`  single server: ${methodsText(row.singleServer as never)}`]),
      `  cluster: ${typeof row.cluster === 'string' ? row.cluster.replaceAll('-', ' ') : methodsText(row.cluster as never)}`,
      ...row.notes.map((note) => put(marks.bullet, note)),
      ...row.contradictions.map((text) => put(marks.warn, `Elsewhere: ${text}`)),
    ]);
    const networkLines = [
      color.bold('Network settings'),
      ...network.ports.map(({ protocol, port, use, source }) =>
        put(marks.bullet, `${protocol} ${String(port)}: ${use} (${source})`),
      ),
      ...network.notes.map(({ id, text }) =>
        put(id === perimeterNote.id ? color.red(marks.warn) : marks.bullet, text),
      ),
    ];
    screen.print(
      lines.length === 0 ? 'No row of the table matches.' : [...lines, ...networkLines].join('\n'),
    );
  },
} satisfies CommandModule<Keys>;

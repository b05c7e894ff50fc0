import * as z from 'zod';
import { complete } from '../../answers/complete.js';
import type { Answers } from '../../answers/parameters.js';
import type { Finding, FindingStatus } from '../../checks/check.js';
import { blocks } from '../../checks/run-checks.js';
import type { Handover } from '../../dpm/handover.js';
import { perimeterNote } from '../../dpm/network.js';
import { sourceText } from '../../dpm/source.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { preflightChecks, type PeerRoot } from '../../preflight/index.js';
import { report, type Report } from '../../run/report.js';
import { checkLines } from '../../show/check-list.js';
import { printReport } from '../../show/report-text.js';
import { wrap } from '../../show/wrap.js';
import type { Screen } from '../../show/screen.js';
import { sideName, type Side } from '../../steps/step.js';
import { checkComputer } from '../../application/check-computer.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import {
  computerFacts,
  isThisComputer,
  requireDpmServer,
  type ComputerFacts,
} from '../../application/facts.js';
import { readHandover, refuseOtherPair, withHandover } from '../../application/handover-file.js';
import { inventoryOf } from '../../application/inventory.js';
import { checkRow, refuseUnknownChecks } from '../../application/listed-checks.js';
import { listedCheckSchema } from '../../checks/finding-schema.js';
import { requiredMachineFor } from '../../application/machine.js';
import { existingJournal } from '../../application/past-runs.js';
import { peerOf, peerTrust } from '../../application/peer-roots.js';
import { plannedFacts } from '../../application/planned-facts.js';
import { environmentOf, refuseUnsupportedTogether } from '../../application/scenario.js';
import { storeCertificateFindings } from '../../application/store-certificates.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
  side: z.enum(['protected-computer', 'dpm-server']).optional(),
  method: z.enum(['ntlm', 'certificate']).nullable().optional().describe('null: not known, both are judged'),
  dpmServerNamed: z
    .boolean()
    .optional()
    .describe('false: what needs the DPM server (its name, ports, clock) was not checked'),
  checks: z.array(listedCheckSchema).optional().describe('with --list-checks'),
});

type Data = z.infer<typeof dataSchema>;

/** What the computer is; where nothing of DPM is there yet, which of the pair the handover file calls it. */
const sideOf = (facts: ComputerFacts, handover: Handover | null): Side => {
  if (facts.installation.role !== 'neither') return facts.installation.role;
  return handover && isThisComputer(facts, handover.dpmServerName) ? 'dpm-server' : 'protected-computer';
};

const methodOf = ({ auth, thumbprint, userName }: Answers): Answers['auth'] => {
  if (auth !== undefined) return auth;
  if (thumbprint !== undefined) return 'certificate';
  return userName === undefined ? undefined : 'ntlm';
};

const certificateFindings = async (
  context: CommandContext<Keys>,
  machine: Parameters<typeof storeCertificateFindings>[1],
  { computer }: ComputerFacts,
): Promise<readonly Finding[]> => {
  const { thumbprint } = context.answers;
  if (thumbprint === undefined) return [];
  return storeCertificateFindings(context, machine, {
    thumbprint,
    expectedName: computer.fqdn ?? computer.netbiosName,
  });
};

/** The root of the other computer; null: there is no file of it. */
const peersOf = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
  handover: Handover | null,
): Promise<readonly PeerRoot[] | null> => {
  if (handover?.method !== 'certificate') return null;
  const [name, ders] =
    side === 'dpm-server'
      ? [handover.psName, handover.protectedComputerAuthorities]
      : [handover.dpmServerName, handover.dpmServerAuthorities];
  // Preflight changes nothing, so nobody is asked for a consent.
  const asked = { ...context, prompter: null, answers: { ...context.answers, importRoot: undefined } };
  return (await peerTrust(asked, machine, side, [peerOf(name, ders)])).peers;
};

const run: CommandModule<Keys>['run'] = async (context): Promise<Report> => {
  const { spec } = context;
  if (context.answers.listChecks === true) {
    return report({ command: spec.name, data: { checks: preflightChecks.map(checkRow) } satisfies Data });
  }
  await refuseUnknownChecks(context.answers.ignore);
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  const path = context.answers.handover;
  const handover = path === undefined ? null : await readHandover(machine, path);
  const side = sideOf(facts, handover);
  if (handover) refuseOtherPair(handover, facts, side);
  const entries = await inventoryOf(context, machine);
  if (entries.length > 0) requireDpmServer(facts, context.spec.name);
  const given = withHandover(context.answers, handover);
  const answers = {
    ...(side === 'protected-computer' && context.prompter !== null
      ? await complete(given, [{ key: 'dpmServerName' }], context.prompter)
      : given),
    productionServerDnsSuffix:
      handover?.productionServerDnsSuffix ?? context.answers.productionServerDnsSuffix,
  };
  const method = methodOf(answers);
  const named = side === 'dpm-server' || answers.dpmServerName !== undefined;
  const { workload } = answers;
  if (workload !== undefined) {
    const environment = await environmentOf(answers, machine, side);
    refuseUnsupportedTogether(workload, { cluster: answers.cluster ?? false, environment }, method ?? null);
  }
  const planned = plannedFacts({
    side,
    procedure: null,
    answers: { ...answers, ...(method === undefined ? {} : { auth: method }) },
    journal: existingJournal(context, machine),
  });
  const [computer, certificate] = await Promise.all([
    checkComputer(context, machine, {
      ...planned,
      listed: entries.map(({ psName }) => psName),
      peers: await peersOf(context, machine, side, handover),
    }),
    certificateFindings({ ...context, answers }, machine, facts),
  ]);
  const findings = [...computer, ...certificate];
  return report({
    command: spec.name,
    rehearsal: machine.rehearsal,
    computer: machine.label,
    exitCode: findings.some((finding) => blocks(finding, answers.strict))
      ? exitCode.checkFailed
      : exitCode.done,
    findings,
    notes: [
      `${perimeterNote.text} dpm-prep cannot see whether this computer is in one. (${sourceText(perimeterNote.source)})`,
    ],
    data: { side, method: method ?? null, dpmServerNamed: named } satisfies Data,
  });
};

const counted: readonly (readonly [status: FindingStatus, text: string])[] = [
  ['fail', 'failed'],
  ['warn', 'with a warning'],
  ['could-not-check', 'could not be made'],
  ['pass', 'passed'],
  ['not-applicable', 'not applicable'],
];

const has = (result: Report, status: FindingStatus): boolean =>
  result.findings.some((finding) => finding.status === status);

/** Only what was checked and passed gets the sentence that all is well. */
const verdictOf = (result: Report, { dpmServerNamed }: Data): string => {
  if (result.exitCode !== exitCode.done) {
    return 'Not ready. Fix what failed, or ignore a check by name: --ignore <id>';
  }
  if (has(result, 'fail')) return 'Ready only because --ignore overrides failed checks.';
  if (dpmServerNamed === false) {
    return 'Not complete. Without a DPM server name, its name, ports and clock were not checked. Add --dpm-server-name <name>.';
  }
  if (has(result, 'could-not-check')) return 'Not complete. Some checks could not be made: see above.';
  return has(result, 'warn') ? 'Ready. Read the warnings above first.' : 'Ready. All checks passed.';
};

const summary = (result: Report, data: Data, screen: Screen): readonly string[] => {
  const { color } = screen.result;
  const counts = counted.flatMap(([status, text]) => {
    const count = result.findings.filter((finding) => finding.status === status).length;
    return count === 0 ? [] : [`${String(count)} ${text}`];
  });
  const where = data.side === undefined ? '' : ` as ${sideName[data.side]}`;
  const verdict = verdictOf(result, data);
  return [
    `${result.computer ?? 'This computer'}${where}: ${counts.join(', ')}.`,
    color.bold(wrap(verdict, screen.width)),
    ...(screen.verbose ? [] : [color.dim('--verbose shows every check; nothing was changed.')]),
  ];
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const data = result.data as Data;
    if (data.checks) screen.print(checkLines(preflightChecks, screen.result, screen.width).join('\n'));
    else printReport(result, screen, summary(result, data, screen));
  },
} satisfies CommandModule<Keys>;

import type { Finding } from '../checks/check.js';
import { blocks } from '../checks/run-checks.js';
import {
  CertificateJudge,
  openStoreCertificate,
  type CertificateSummary,
  type JudgedCertificate,
  type JudgeOptions,
} from '../certificate/index.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import { certificateTasks, doCertificateTask } from './certificate-menu.js';
import type { CommandContext } from './command.js';
import type { ComputerFacts } from './facts.js';
import { configuredThumbprint } from './past-runs.js';
import { byCodeUnits } from '../order.js';

export interface StoreCertificateOptions {
  /** The computer's fully qualified name; the DPM server's own for set-credentials. */
  readonly expectedName: string;
  readonly authCaThumbprint?: string;
  readonly environment?: NonNullable<JudgeOptions['environment']>;
}

const judgeOptions = (context: CommandContext<'ignore'>, options: StoreCertificateOptions): JudgeOptions => ({
  ...(options.expectedName.includes('.') ? { expectedName: options.expectedName } : {}),
  ...(options.authCaThumbprint === undefined ? {} : { authCaThumbprint: options.authCaThumbprint }),
  ...(options.environment === undefined ? {} : { environment: options.environment }),
  ...(context.answers.ignore === undefined ? {} : { ignore: context.answers.ignore }),
  signal: context.signal,
});

/** A certificate of LocalMachine\My, judged; the classic mistake (CurrentUser\My) is told apart (ID 33231). */
const judgeStored = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  thumbprint: string | null,
  options: StoreCertificateOptions,
): Promise<readonly JudgedCertificate[]> => {
  const { certificates } = await machine.ask('certificates', { stores: ['LocalMachine\\My'], thumbprint });
  const judge = new CertificateJudge(judgeOptions(context, options));
  return judge.judge(certificates.map((stored) => openStoreCertificate(stored)));
};

/**
 * The findings on the certificate with this thumbprint in LocalMachine\My. Throws a Problem (exit 3) where it is not
 * there: what DPM would report as 33231.
 */
export const storeCertificateFindings = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  { thumbprint, ...options }: StoreCertificateOptions & { readonly thumbprint: string },
): Promise<readonly Finding[]> => {
  const [judged] = await judgeStored(context, machine, thumbprint, options);
  if (judged) return judged.findings;
  const elsewhere = await machine.ask('certificates', { stores: ['CurrentUser\\My'], thumbprint });
  throw elsewhere.certificates.length > 0
    ? checkProblem(
        `The certificate ${thumbprint} is in CurrentUser\\My, but DPM uses only LocalMachine\\My (ID 33231). Nothing was changed.`,
        `Copy it to LocalMachine\\My: dpm-prep import-cert --thumbprint ${thumbprint}`,
      )
    : checkProblem(
        `There is no certificate ${thumbprint} in LocalMachine\\My of this computer (ID 33231). Nothing was changed.`,
        'Import it: dpm-prep import-cert FILE.pfx',
      );
};

/**
 * What this computer was configured with by dpm-prep, as it stands in LocalMachine\\My now, or null. A successor of the
 * same subject counts (a renewal is imported, nothing is configured again), the one that DPM can use before others.
 */
export const configuredCertificate = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<JudgedCertificate | null> => {
  const thumbprint = configuredThumbprint(context, machine);
  if (thumbprint === undefined) return null;
  const options = { expectedName: facts.computer.fqdn ?? facts.computer.netbiosName };
  const stored = await judgeStored(context, machine, null, options);
  const configured = stored.find(({ certificate }) => certificate?.thumbprint === thumbprint);
  if (!configured) return null;
  const same = stored.filter(({ certificate }) => certificate?.subject === configured.certificate?.subject);
  const usable = same.filter(({ findings }) => !findings.some((finding) => blocks(finding)));
  return (
    usable.toSorted((a, b) => byCodeUnits(b.certificate?.notAfter ?? '', a.certificate?.notAfter ?? ''))[0] ??
    configured
  );
};

const day = (date: string | null | undefined): string => date?.slice(0, 10) ?? '?';

const certificateText = (certificate: CertificateSummary): string =>
  `${certificate.subject === '' ? '(no subject)' : certificate.subject}, until ${day(certificate.notAfter)}, ${certificate.thumbprint}`;

const reasons = (judged: JudgedCertificate): string =>
  judged.findings
    .filter((finding) => blocks(finding))
    .map(({ id }) => id)
    .join(', ');

const lookAgain = 'look-again';

interface Stored {
  readonly suitable: readonly CertificateSummary[];
  /** Why the others are not. */
  readonly because: readonly string[];
}

const storedCertificates = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  options: StoreCertificateOptions,
): Promise<Stored> => {
  const all = (await judgeStored(context, machine, null, options)).flatMap((judged) =>
    judged.certificate
      ? [{ judged, certificate: judged.certificate, bad: judged.findings.some((one) => blocks(one)) }]
      : [],
  );
  return {
    suitable: all.filter(({ bad }) => !bad).map(({ certificate }) => certificate),
    because: all
      .filter(({ bad }) => bad)
      .map(({ judged, certificate }) => `Not suitable: ${certificateText(certificate)}: ${reasons(judged)}`),
  };
};

/**
 * Asks which of the suitable certificates in LocalMachine\\My is meant; the unsuitable ones are shown with why. To
 * request, import, renew or convert one is a choice too, after which the question comes again.
 */
export const chooseCertificate = async (
  context: CommandContext<'ignore'>,
  machine: Machine,
  options: StoreCertificateOptions,
): Promise<string> => {
  const { prompter, screen } = context;
  for (;;) {
    const { suitable, because } = await storedCertificates(context, machine, options);
    if (prompter === null && suitable.length === 0) {
      throw checkProblem(
        'No certificate in LocalMachine\\My of this computer is suitable. Nothing was changed.',
        ...because,
        'Request one: dpm-prep request-cert',
        'Or import one: dpm-prep import-cert FILE.pfx',
      );
    }
    if (prompter === null) {
      throw usageProblem(
        'An answer is missing, and no one can be asked here: --thumbprint <hex>',
        ...suitable.map((certificate) => `Suitable: ${certificateText(certificate)}`),
        ...because,
      );
    }
    for (const text of because) screen.paragraph(text);
    if (suitable.length === 0) {
      screen.paragraph(
        `No certificate in LocalMachine\\My of this computer is suitable for ${options.expectedName}.`,
      );
    }
    const chosen = await prompter.choose<string>('Certificate for DPM (LocalMachine\\My):', [
      ...suitable.map((certificate) => ({
        value: certificate.thumbprint,
        name: certificateText(certificate),
      })),
      ...certificateTasks,
      { value: lookAgain, name: 'Read the store again, after you changed it yourself' },
    ]);
    const task = certificateTasks.find(({ value }) => value === chosen)?.value;
    if (task === undefined && chosen !== lookAgain) return chosen;
    prompter.again(null);
    if (task !== undefined) await doCertificateTask(context, prompter, machine, task);
  }
};

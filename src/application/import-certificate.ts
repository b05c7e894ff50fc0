import { randomBytes } from 'node:crypto';
import { complete } from '../answers/complete.js';
import { unattendedPassword, type PasswordKey } from '../answers/password.js';
import type { Finding } from '../checks/check.js';
import {
  aesCiphers,
  CertificateJudge,
  convertCertificate,
  convertedName,
  convertFile,
  limits,
  openCertificates,
  openTrust,
  WrongPassword,
  type CertificateInput,
  type OpenedCertificate,
} from '../certificate/index.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, Problem, usageProblem } from '../problem.js';
import {
  importAuthoritiesPlan,
  importCertificatePlan,
  type ImportCertificateInput,
} from '../procedures/import-certificate.js';
import type { Report } from '../run/report.js';
import { Secret } from '../secret.js';
import type { Side } from '../steps/step.js';
import { Passwords } from './certificate-passwords.js';
import type { CommandContext } from './command.js';
import { computerFacts, type ComputerFacts } from './facts.js';
import type { ProcedureKey } from './parameter-groups.js';
import { runProcedure, unattendedNeeds } from './procedure.js';

export type ImportKey = ProcedureKey | PasswordKey | 'installChain';

/** The PFX with a password that opens it: given, or asked for until it does. */
const readPfx = async (
  context: CommandContext<PasswordKey>,
  machine: Machine,
  path: string,
): Promise<CertificateInput> => {
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      `${path} ${entry === null ? 'does not exist' : 'is not a file'}.`,
      'Give the .pfx file to import.',
    );
  }
  const bytes = await machine.files.read(path, limits.fileBytes);
  const passwords = new Passwords(context, unattendedPassword(context.answers, context.environment));
  return passwords.open(path, (tried) => {
    const input = { name: path, bytes, passwords: tried };
    openCertificates(input);
    return input;
  });
};

/** The converted file's own protection: made for this import, forgotten afterwards. */
const transferPassword = (): Secret => new Secret(randomBytes(24).toString('base64url'));

const authoritiesOf = (certificates: OpenedCertificate['others']): ImportCertificateInput['chain'] =>
  certificates
    .filter(({ facts }) => facts.basicConstraints?.ca === true)
    .map(({ facts, der }) => ({
      der: der.toString('base64'),
      thumbprint: facts.thumbprint,
      subject: facts.subject.text,
      store: facts.subject.comparable === facts.issuer.comparable ? 'LocalMachine\\Root' : 'LocalMachine\\CA',
    }));

export interface ImportOptions {
  /** The certificate that is to be replaced: the successor must have its subject and root. */
  readonly replaces?: OpenedCertificate;
}

export const judgeImported = async (
  context: CommandContext<'ignore'>,
  facts: ComputerFacts,
  opened: OpenedCertificate,
  options: ImportOptions,
): Promise<readonly Finding[]> => {
  const { ignore } = context.answers;
  const judge = new CertificateJudge({
    ...(facts.computer.fqdn === null ? {} : { expectedName: facts.computer.fqdn }),
    ...(options.replaces === undefined ? {} : { replaces: options.replaces }),
    ...(ignore === undefined ? {} : { ignore }),
    signal: context.signal,
  });
  const [result] = await judge.judge([opened]);
  return result?.findings ?? [];
};

export const sideOf = (facts: ComputerFacts): Side =>
  facts.installation.role === 'dpm-server' ? 'dpm-server' : 'protected-computer';

/** The CA certificates of a file that holds nothing else; null: it is not such a file. */
const onlyAuthorities = async (
  machine: Machine,
  path: string,
): Promise<ImportCertificateInput['chain'] | null> => {
  if ((await machine.files.stat(path))?.kind !== 'file') return null;
  const bytes = await machine.files.read(path, limits.fileBytes);
  try {
    const certificates = openTrust({ name: path, bytes, passwords: [] });
    const authorities = authoritiesOf(certificates);
    return authorities.length > 0 && authorities.length === certificates.length ? authorities : null;
  } catch (error) {
    // A PFX with a password holds a key, or importing it says what is wrong.
    if (error instanceof WrongPassword || error instanceof Problem) return null;
    throw error;
  }
};

/** Imports CA certificates, with consent: a root is trusted for everything. Null: the file holds something else. */
export const importAuthorities = async (
  context: CommandContext<ImportKey>,
  machine: Machine,
  path: string,
): Promise<Report | null> => {
  const authorities = await onlyAuthorities(machine, path);
  if (authorities === null) return null;
  const answers = await complete(context.answers, [{ key: 'installChain' }], context.prompter, [
    ...unattendedNeeds(context),
  ]);
  if (!answers.installChain) {
    throw checkProblem(
      `${path} holds only CA certificates, and they were not to be imported. Nothing was changed.`,
      'To import them, add --install-chain.',
    );
  }
  return runProcedure(context, {
    plan: importAuthoritiesPlan(sideOf(await computerFacts(machine)), path, authorities),
    machine,
    answers,
    findings: [],
    next: () => null,
  });
};

/** Checks a PFX, converts it for the CSP, imports it. Also what renew-cert does once it may. */
export const importFile = async (
  context: CommandContext<ImportKey>,
  machine: Machine,
  path: string,
  options: ImportOptions = {},
): Promise<Report> => {
  const facts = await computerFacts(machine);
  const input = await readPfx(context, machine, path);
  const password = transferPassword();
  const converted = convertCertificate(input, password);
  const [opened] = openCertificates({ name: path, bytes: converted.pfx, passwords: [password] });
  if (opened === undefined) throw checkProblem(`${path} holds no certificate. Nothing was changed.`);
  const findings = await judgeImported(context, facts, opened, options);
  // The line that is shown must work by hand too, on every Windows.
  const [given] = openCertificates(input);
  const isAes = given !== undefined && aesCiphers(given).length > 0;
  const chain = authoritiesOf(opened.others);
  const answers =
    chain.length === 0 || context.prompter === null
      ? await complete(context.answers, [], context.prompter, unattendedNeeds(context))
      : await complete(context.answers, [{ key: 'installChain' }], context.prompter);
  return runProcedure(context, {
    plan: importCertificatePlan({
      side: sideOf(facts),
      pfx: converted.pfx.toString('base64'),
      thumbprint: converted.thumbprint,
      subject: converted.subject,
      file: isAes ? convertedName(path) : path,
      chain: answers.installChain === true ? chain : [],
    }),
    machine,
    answers,
    findings,
    passwordFor: () => password,
    next: () => null,
    notes: () => [
      `Thumbprint: ${converted.thumbprint}`,
      ...(isAes
        ? [
            `The file is encrypted with AES, which Windows Server 2016 and older cannot import, so dpm-prep converted it in memory. To import it by hand, write the converted file first: ${convertFile(path)}`,
          ]
        : []),
      ...(chain.length > 0 && answers.installChain !== true
        ? ['The CA certificates of the file were not imported. To import them too, add --install-chain.']
        : []),
    ],
  });
};

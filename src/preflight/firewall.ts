import { couldNotCheck, notApplicable, pass, warn } from '../checks/verdict.js';
import {
  allowAgent,
  allowCertificatePort,
  allowDcom,
  certificatePort,
  type FirewallCommand,
} from '../dpm/network.js';
import { microsoft } from '../dpm/source.js';
import type { Answer } from '../machine/questions.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

type Firewall = Answer<'firewall-rules'>;
type Rule = Firewall['rules'][number];
type Profile = Rule['profiles'][number];

const everyProfile: readonly Profile[] = ['domain', 'private', 'public'];

/** A computer in a workgroup never uses the domain profile; which of the others it uses can change with its network. */
const profilesOf = (membership: Answer<'computer'>['membership']): readonly Profile[] => {
  if (membership === 'workgroup') return ['private', 'public'];
  return membership === 'domain' ? ['domain'] : everyProfile;
};

const isTcp = ({ protocol }: Rule): boolean => protocol === null || /^(?:tcp|any|6|256)$/i.test(protocol);

/** True where the rule names this TCP port, a range with it, or no port at all. */
const coversPort = (rule: Rule, port: number): boolean => {
  if (!isTcp(rule)) return false;
  if (rule.localPorts === null) return true;
  return rule.localPorts.split(',').some((part) => {
    const text = part.trim();
    if (port === 135 && /^rpc-?epmap$/i.test(text)) return true;
    const [from = NaN, to = from] = text.split('-').map(Number);
    return from <= port && port <= to;
  });
};

/** What has to get in: a port, and the program that receives on it. */
interface Need {
  readonly port: number;
  readonly program: RegExp;
  readonly command: FirewallCommand;
}

/** A rule for another program says nothing about ours. */
const concerns = (rule: Rule, { port, program }: Need): boolean =>
  (rule.program === null || program.test(rule.program)) && coversPort(rule, port);

const inProfile = (rule: Rule, profile: Profile): boolean =>
  rule.profiles.length === 0 || rule.profiles.includes(profile);

/** Where the rule comes from decides whether it counts: a policy can switch the local rules off. */
const counts = ({ profiles }: Firewall, rule: Rule, profile: Profile): boolean =>
  rule.enabled &&
  inProfile(rule, profile) &&
  (rule.fromPolicy || profiles.find((one) => one.profile === profile)?.localRulesApply !== false);

const needsOf = async (subject: PreflightSubject): Promise<readonly Need[]> => {
  const windows = /(?:\\svchost\.exe|^system)$/i;
  return [
    { port: 5718, program: /\\dpmra\.exe$/i, command: allowAgent(await subject.binFolder()) },
    { port: 135, program: windows, command: allowDcom },
    ...(subject.facts.method === 'certificate'
      ? [{ port: certificatePort, program: /cpwrapper[^\\]*\.exe$/i, command: allowCertificatePort }]
      : []),
  ];
};

/** SetDpmServer makes the exceptions of the protected computer itself, so before it they may be missing. */
const madeByTheRun = ({ facts }: PreflightSubject): boolean =>
  facts.side === 'protected-computer' &&
  (facts.procedure === null ||
    ['install-agent', 'ntlm', 'certificate', 'switch-auth'].includes(facts.procedure));

const named = (profiles: readonly Profile[]): string => profiles.join(' and ');

export const firewall: PreflightCheck = {
  id: 'firewall-rules',
  title: 'Windows Firewall of this computer',
  required:
    'Inbound rules allow the agent (DPMRA.exe) and TCP 135, with certificates also TCP 6076, in the profiles that this computer uses.',
  source: microsoft('Deploy the DPM protection agent'),
  severity: 'error',
  prevents: [41, 319, 342, 33235],
  run: async (subject) => {
    const answer = await subject.ask('firewall-rules', {});
    if (answer.enabled === null) return couldNotCheck('Windows Firewall could not be queried.');
    const { membership } = await subject.computer();
    const off = answer.profiles.filter(({ enabled }) => enabled === false).map(({ profile }) => profile);
    const used = profilesOf(membership).filter((profile) => !off.includes(profile));
    if (!answer.enabled || used.length === 0) return notApplicable('Windows Firewall is off.');
    const needs = await needsOf(subject);
    // A rule for some remote addresses may be about others.
    const blocking = answer.rules.filter(
      (rule) =>
        !rule.allow &&
        rule.remoteAddresses === null &&
        needs.some((need) => concerns(rule, need)) &&
        used.some((profile) => counts(answer, rule, profile)),
    );
    if (blocking.length > 0) {
      return warn(
        `These rules block DPM, and a blocking rule wins over every rule that allows: ${blocking.map(({ name }) => name).join(', ')}.`,
        ...blocking.map(
          ({ name, fromPolicy }) =>
            `${fromPolicy ? 'In the group policy, disable' : 'Disable'} the rule "${name}", or limit it to other remote addresses.`,
        ),
      );
    }
    if (madeByTheRun(subject)) return notApplicable('SetDpmServer makes the exceptions that are needed.');
    const missing = needs.flatMap(({ command, ...need }) => {
      const open = used.filter((profile) =>
        answer.rules.some(
          (rule) => rule.allow && concerns(rule, { command, ...need }) && counts(answer, rule, profile),
        ),
      );
      const closed = used.filter((profile) => !open.includes(profile));
      return closed.length === 0
        ? []
        : [
            {
              command,
              text: open.length === 0 ? command.opens : `${command.opens} (${named(closed)} profile)`,
            },
          ];
    });
    if (missing.length === 0) return pass('The rules for DPM are there.');
    return warn(
      `No inbound rule allows ${missing.map(({ text }) => text).join(', ')}.`,
      ...missing.map(({ command }) => command.command),
    );
  },
};

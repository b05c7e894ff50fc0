import { couldNotCheck, notApplicable, pass, warn } from '../checks/verdict.js';
import { allowAgent, allowCertificatePort, allowDcom, type FirewallCommand } from '../dpm/network.js';
import { microsoft } from '../dpm/source.js';
import type { Answer } from '../machine/questions.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

type Rule = Answer<'firewall-rules'>['rules'][number];

const opensPort = (rule: Rule, port: number): boolean => {
  if (rule.protocol !== null && !/^(tcp|any|6)$/i.test(rule.protocol)) return false;
  return (rule.localPorts ?? '').split(',').some((part) => {
    const [from = NaN, to = from] = part.trim().split('-').map(Number);
    return (port === 135 && /^rpc-?epmap$/i.test(part.trim())) || (from <= port && port <= to);
  });
};

/** SetDpmServer makes the exceptions of the protected computer itself, so before it they may be missing. */
const madeByTheRun = ({ facts }: PreflightSubject): boolean =>
  facts.side === 'protected-computer' &&
  (facts.procedure === null ||
    ['install-agent', 'ntlm', 'certificate', 'switch-auth'].includes(facts.procedure));

export const firewall: PreflightCheck = {
  id: 'firewall-rules',
  title: 'Windows firewall of this computer',
  required: 'Inbound rules let in the agent (DPMRA.exe) and TCP 135, with certificates TCP 6076 too.',
  source: microsoft('Deploy the DPM protection agent'),
  severity: 'error',
  prevents: [41, 319, 342, 33235],
  run: async (subject) => {
    const { enabled, rules } = await subject.ask('firewall-rules', {});
    if (enabled === null) return couldNotCheck('The Windows firewall could not be asked.');
    if (!enabled) return notApplicable('The Windows firewall is off.');
    if (madeByTheRun(subject)) return notApplicable('SetDpmServer makes the exceptions that are needed.');
    const active = rules.filter((rule) => rule.enabled && rule.allow);
    const needed: readonly (readonly [FirewallCommand, boolean])[] = [
      [
        allowAgent(await subject.binFolder()),
        active.some(
          (rule) =>
            /\bdpmra\.exe$/i.test(rule.program ?? '') || (opensPort(rule, 5718) && opensPort(rule, 5719)),
        ),
      ],
      [allowDcom, active.some((rule) => opensPort(rule, 135))],
      ...(subject.facts.method === 'certificate'
        ? ([
            [
              allowCertificatePort,
              active.some((rule) => opensPort(rule, 6076) || /cpwrapper/i.test(rule.program ?? '')),
            ],
          ] as const)
        : []),
    ];
    const missing = needed.filter(([, there]) => !there).map(([command]) => command);
    if (missing.length === 0) return pass('The rules for DPM are there.');
    return warn(
      `No inbound rule lets in ${missing.map(({ opens }) => opens).join(', ')}.`,
      ...missing.map(({ command }) => command),
    );
  },
};

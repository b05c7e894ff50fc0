import { fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { inferred } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const security = 'Local Security Policy > Local Policies > Security Options >';

/** The default of Windows since 2008: send NTLMv2 only. */
const defaultLevel = 3;

export const ntlmPolicy: PreflightCheck = {
  id: 'ntlm-policy',
  title: 'NTLM policy',
  required: 'The computers can use NTLM v2, and no policy restricts NTLM.',
  source: inferred('The page, "Network settings": "Uses NTLM v2 communication"'),
  severity: 'error',
  prevents: [302, 32680],
  run: async (subject) => {
    if (subject.facts.method === 'certificate') return notApplicable('Only NTLM authentication needs it.');
    const [level, sending, receiving] = await Promise.all([
      subject.registry('lmCompatibilityLevel'),
      subject.registry('restrictSendingNtlm'),
      subject.registry('restrictReceivingNtlm'),
    ]);
    if (sending === 2 || receiving === 2) {
      const which = [
        ...(sending === 2 ? ['outgoing NTLM traffic to remote servers'] : []),
        ...(receiving === 2 ? ['incoming NTLM traffic'] : []),
      ];
      return fail(
        `A policy denies ${which.join(' and ')} (Network security: Restrict NTLM).`,
        ...(sending === 2
          ? [
              `${security} "Restrict NTLM: Outgoing NTLM traffic to remote servers": allow, or add the other computer as an exception.`,
            ]
          : []),
        ...(receiving === 2
          ? [
              `${security} "Restrict NTLM: Incoming NTLM traffic": allow all, or deny all domain accounts only.`,
            ]
          : []),
        'Or use certificate authentication.',
      );
    }
    const used = typeof level === 'number' ? level : defaultLevel;
    if (used < defaultLevel) {
      return warn(
        `LmCompatibilityLevel is ${String(used)}: this computer sends LM or NTLM (v1) responses, and a computer with level 4 or 5 refuses them.`,
        `${security} "Network security: LAN Manager authentication level": "Send NTLMv2 response only" or stricter.`,
      );
    }
    return pass(
      `LmCompatibilityLevel is ${typeof level === 'number' ? String(level) : 'the default'}; NTLM is not restricted.`,
    );
  },
};

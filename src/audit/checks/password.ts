import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import { errorTable } from '../../dpm/source.js';
import type { AuditDocument } from '../document.js';
import type { AuditSubject } from '../fleet.js';
import { nameOf } from '../names.js';
import { day, daysTo, inDays, type AuditCheck } from './audit-check.js';

/** Rotating the passwords of many computers takes a while. */
const passwordDays = 14;

/** Both steps of a change and the difference of two clocks take less. */
const toleranceMs = 15 * 60_000;

type Account = NonNullable<NonNullable<AuditDocument['protectedComputer']>['account']['value']>;

const accountOf = ({ document }: AuditSubject): Account | null => {
  const agent = document?.protectedComputer;
  return agent?.mode.value === 'ntlm' ? agent.account.value : null;
};

const noAccount = notApplicable('No account for NTLM was seen.');

const renew =
  'On this computer, then on the DPM server, with the same new password: dpm-prep update-password';

const expiring: AuditCheck = {
  id: 'password-expiring',
  title: 'End of the password',
  required: 'The password of the account for NTLM does not expire soon.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: (subject) => {
    const account = accountOf(subject);
    if (account === null) return noAccount;
    if (account.passwordExpires === false) return pass(`The password of ${account.name} never expires.`);
    if (account.passwordExpiresAt === null) {
      return couldNotCheck(`When the password of ${account.name} expires could not be read.`);
    }
    const { now } = subject.fleet.input;
    const days = daysTo(Date.parse(account.passwordExpiresAt), now);
    if (days < 0) {
      return fail(`The password of ${account.name} expired on ${day(account.passwordExpiresAt)}.`, renew);
    }
    return days < passwordDays
      ? warn(`The password of ${account.name} expires ${inDays(days)}.`, renew)
      : pass(`The password of ${account.name} expires on ${day(account.passwordExpiresAt)}.`);
  },
};

const unusable: AuditCheck = {
  id: 'account-unusable',
  title: 'Account that cannot log on',
  required: 'The account for NTLM is enabled and not locked out.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: (subject) => {
    const account = accountOf(subject);
    if (account === null) return noAccount;
    if (!account.enabled) {
      return fail(`The account ${account.name} is disabled.`, `net user ${account.name} /active:yes`);
    }
    if (account.locked === null) {
      return couldNotCheck(`Whether the account ${account.name} is locked out could not be read.`);
    }
    return account.locked
      ? fail(
          `The account ${account.name} is locked out: something tried a wrong password.`,
          'Find out what uses the old password before you unlock the account.',
        )
      : pass(`The account ${account.name} is enabled.`);
  },
};

const halfChanged: AuditCheck = {
  id: 'password-half-changed',
  title: 'Password changed on one computer only',
  required: 'The DPM server knows the password that the account has now.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: (subject) => {
    const account = accountOf(subject);
    if (account === null) return noAccount;
    const told = subject.listings.flatMap(({ server, row }) =>
      row.passwordToldAt === null ? [] : [{ server, row, at: row.passwordToldAt }],
    );
    if (told.length === 0) return notApplicable('dpm-prep did not tell a DPM server the password.');
    if (account.passwordSet === null) {
      return couldNotCheck(`When the password of ${account.name} was set could not be read.`);
    }
    const set = Date.parse(account.passwordSet);
    const behind = told.filter(({ at }) => set > Date.parse(at) + toleranceMs);
    const [first] = behind;
    if (first === undefined) return pass('The DPM server was told the password that is set.');
    const { server, row, at } = first;
    if (Date.parse(server.readAt) < set + toleranceMs) {
      return couldNotCheck(
        `The password of ${account.name} was set after the document of ${nameOf(server)} was read, or just before.`,
        'Read the DPM server again: dpm-prep audit',
      );
    }
    if (row.refresh?.answered === true) {
      return pass(`The agent answered ${nameOf(server)} after the password was set.`);
    }
    return fail(
      `The password of ${account.name} was set on ${account.passwordSet}, and dpm-prep last told ${nameOf(server)} a password on ${at}.`,
      `On ${nameOf(server)}, with the password that is set on this computer: dpm-prep update-password --ps-name ${row.name}`,
    );
  },
};

export const passwordChecks: readonly AuditCheck[] = [expiring, unusable, halfChanged];

import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import { errorTable } from '../../dpm/source.js';
import type { Verdict } from '../../checks/check.js';
import type { AuditDocument, AuditedPasswordChange } from '../document.js';
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
  'Set a new password. It names the command for the DPM server. On this computer: dpm-prep update-password';

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

const changeName = ({ generation, back }: AuditedPasswordChange): string =>
  `${back ? 'the return from generation' : 'generation'} ${generation ?? ''}`;

/** A change with --generation, held against what the DPM servers say of it; null: nothing is wrong with it. */
const generationVerdict = (subject: AuditSubject): Verdict | null => {
  const { document, listings } = subject;
  const own = document?.protectedComputer?.passwordChange.value ?? null;
  if (document === null || own === null) return null;
  const rows = listings.flatMap(({ server, row }) =>
    row.passwordChange === null ? [] : [{ server, row, change: row.passwordChange }],
  );
  const isSame = ({ change }: { readonly change: AuditedPasswordChange }): boolean =>
    change.generation === own.generation && change.back === own.back;
  // A change without a generation is judged by its time.
  if (own.generation === null && own.state !== 'unchanged') return null;
  const isOpen =
    own.generation !== null && !rows.some((one) => isSame(one) && one.change.state !== 'server-told');
  const other = rows.find((one) => one.change.generation !== null && !isSame(one));
  const [first] = isOpen ? rows : other === undefined ? [] : [other];
  if (first === undefined) return null;
  const { server, row, change } = first;
  const isTold = isSame(first);
  const isLate =
    isOpen && !isTold
      ? own.at !== null && server.readAt < own.at
      : change.at !== null && document.readAt < change.at;
  if (isLate) {
    return couldNotCheck(
      `The password was changed (${changeName(isOpen ? own : change)}) after the document of the other computer was read.`,
      'Read both computers again: dpm-prep audit',
    );
  }
  return fail(
    isOpen
      ? isTold
        ? `server-told: this computer and ${nameOf(server)} have ${changeName(own)}, and the DPM server has not reached the agent with it.`
        : `computer-only: ${changeName(own)} is set on this computer, and ${nameOf(server)} was not given it.`
      : `${nameOf(server)} was given ${changeName(change)}, and this computer does not have it.`,
    `On the DPM server ${nameOf(server)}, with the password that is set on this computer: dpm-prep update-password --ps-name ${row.name}${own.generation === null ? '' : ` --generation ${own.generation}${own.back ? ' --back' : ''}`}`,
  );
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
    const ofGeneration = generationVerdict(subject);
    if (ofGeneration !== null) return ofGeneration;
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
      `On the DPM server ${nameOf(server)}, with the password that is set on this computer: dpm-prep update-password --ps-name ${row.name}`,
    );
  },
};

/** What one computer knows by itself of a change with --generation. */
const changeOpen: AuditCheck = {
  id: 'password-change-open',
  title: 'Password change that is not finished',
  required: 'A change of the password is finished on both computers.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: ({ document }) => {
    const own = document?.protectedComputer?.passwordChange.value ?? null;
    const open = [
      ...(own !== null &&
      own.generation !== null &&
      (own.state === 'computer-only' || own.state === 'server-told')
        ? [`${own.state}: ${changeName(own)} is set on this computer.`]
        : []),
      ...(document?.dpmServer?.computers.value ?? []).flatMap(({ name, passwordChange }) =>
        passwordChange?.state === 'server-told' && passwordChange.generation !== null
          ? [`server-told: ${name} has not answered with ${changeName(passwordChange)}.`]
          : [],
      ),
    ];
    if (open.length === 0) return pass('No change of a password with a generation is open.');
    return fail(
      open.join(' '),
      own === null
        ? 'Run update-password here with the password that is set on that computer, and with its --ps-name and --generation.'
        : `On the DPM server, run update-password with --ps-name and --generation ${own.generation ?? ''}. Then run here: dpm-prep update-password --generation ${own.generation ?? ''}${own.back ? ' --back' : ''} --server-state verified`,
    );
  },
};

export const passwordChecksOfOne: readonly AuditCheck[] = [changeOpen];

export const passwordChecks: readonly AuditCheck[] = [expiring, unusable, halfChanged];

import { fail, notApplicable, pass } from '../checks/verdict.js';
import { mayBeSameComputer, sameName } from '../dpm/names.js';
import { inferred } from '../dpm/source.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

const hasAccount = async (subject: PreflightSubject, userName: string): Promise<boolean> =>
  (await subject.ask('local-users', { names: [userName] })).users.some(({ name }) =>
    sameName(name, userName),
  );

export const localUser: PreflightCheck = {
  id: 'local-user',
  title: 'The account is new',
  required: 'SetDpmServer creates the local account. The account must not exist before.',
  source: inferred('The page, "Install and configure the agent", -UserName; the name of error 32693'),
  severity: 'error',
  prevents: [32693],
  run: async (subject) => {
    const { side, method, procedure, userName, accountIsOurs } = subject.facts;
    if (side !== 'protected-computer' || method === 'certificate' || userName === null) {
      return notApplicable('This run does not create an account here.');
    }
    if (procedure === 'update-password') return notApplicable('Only the password of the account is changed.');
    if (!(await hasAccount(subject, userName)))
      return pass(`The local account ${userName} does not exist yet.`);
    if (accountIsOurs) return pass(`The local account ${userName} exists from an earlier run.`);
    return fail(
      `The local account ${userName} already exists, and SetDpmServer must create it (ID 32693).`,
      'Choose another user name.',
      'If a SetDpmServer that failed left the account, you can delete that one instead. Never delete an account that Windows or something else uses.',
    );
  },
};

/** Another computer that an earlier run attached with this account, and that is still attached. */
const otherOwner = async (
  subject: PreflightSubject,
  userName: string,
  psName: string,
): Promise<string | null> => {
  const { dpmServerName, side, accountsInUse } = subject.facts;
  const others = accountsInUse
    .filter((used) => sameName(used.userName, userName) && !mayBeSameComputer(used.psName, psName))
    .map((used) => used.psName);
  if (others.length === 0 || side !== 'dpm-server' || dpmServerName === null) return others[0] ?? null;
  const { computers } = await subject.ask('protected-computers', { dpmServerName });
  const listed = computers.filter(({ state }) => state !== 'Deleted');
  return (
    others.find((other) => listed.some(({ serverName }) => mayBeSameComputer(serverName, other))) ?? null
  );
};

export const accountInUse: PreflightCheck = {
  id: 'account-in-use',
  title: 'One account per protected computer',
  required: 'No other protected computer uses the account. Each protected computer has its own account.',
  source: { where: "Microsoft's DPM error table, 32689", confidence: 'documented' },
  severity: 'error',
  prevents: [32682, 32689],
  run: async (subject) => {
    const { side, method, procedure, userName, psName, dpmServerName, accountIsOurs } = subject.facts;
    if (method === 'certificate' || userName === null || psName === null) {
      return notApplicable('No account is used.');
    }
    const other = await otherOwner(subject, userName, psName);
    const choose = `Run SetDpmServer on ${psName} again with a user name that no other protected computer has.`;
    if (other) return fail(`${userName} is the account of ${other}.`, choose);
    if (side !== 'dpm-server' || procedure === 'update-password' || dpmServerName === null) {
      return pass(`dpm-prep has not used ${userName} for another computer.`);
    }
    if (!(await hasAccount(subject, userName)))
      return pass(`${userName} is not used on this DPM server yet.`);
    if (accountIsOurs) return pass(`${userName} exists from an earlier attach of ${psName}.`);
    // Attaching creates the account on the DPM server: of a computer that is listed it is its own.
    const { computers } = await subject.ask('protected-computers', { dpmServerName });
    return computers.some(({ serverName, state }) => state !== 'Deleted' && sameName(serverName, psName))
      ? pass(`${userName} exists, and ${psName} is already attached.`)
      : fail(
          `A local account ${userName} exists on this DPM server, and ${psName} is not attached. Another computer uses the account.`,
          choose,
          'If no protected computer uses it, for example because an attach failed, delete the account here.',
        );
  },
};

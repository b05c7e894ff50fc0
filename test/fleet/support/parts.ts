import { execFileSync } from 'node:child_process';
import { describeUnless, onPath } from '../../support/lacking.js';

/** A namespace can be made by root alone, and not in every container. */
const mayMakeNamespaces = (): boolean => {
  const name = `fl${String(process.pid)}-probe`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

const programs = ['ansible-playbook', 'ansible-vault', 'ssh', 'ssh-keygen', 'sshd', 'ip', 'python3'];

const lackingPrograms = (names: readonly string[]): readonly string[] =>
  names.filter((name) => onPath(name, '/usr/sbin', '/sbin') === null);

const lackingForHosts = (): readonly string[] => {
  const lacking = lackingPrograms(programs);
  return lacking.includes('ip') || mayMakeNamespaces() ? lacking : [...lacking, 'right to make namespaces'];
};

/** Tests that need hosts of their own; skipped by name where they cannot be made. */
export const describeHosts = (name: string, tests: () => void): void => {
  describeUnless(lackingForHosts(), name, tests);
};

/** Tests that need these programs; skipped by name where one is missing. */
export const describePrograms = (needed: readonly string[], name: string, tests: () => void): void => {
  describeUnless(lackingPrograms(needed), name, tests);
};

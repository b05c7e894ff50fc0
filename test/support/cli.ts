import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { wrongCommands } from './printed-commands.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';

export const launcher = fileURLToPath(new URL('../../bin/dpm-prep.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly folder?: string;
}

/** Runs dpm-prep as a child process without a terminal, and gives back what it said. */
export const dpmPrep = async (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: options.folder,
      env: { ...process.env, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });

/**
 * The JSON document of a run with --json. It must be as its schema says: a field more or less is an error. Every command in
 * it must be one that can be pasted.
 */
export const document = (
  result: CliResult,
): Record<string, unknown> & { readonly steps: readonly Record<string, unknown>[] } => {
  const parsed = reportDocumentSchema.parse(JSON.parse(result.stdout));
  const wrong = wrongCommands(parsed);
  if (wrong.length > 0) throw new Error(`These printed commands cannot be pasted:\n${wrong.join('\n')}`);
  return parsed;
};

import { describe, expect, it } from 'vitest';
import { report, type Report } from '../../src/run/report.js';
import { printReport } from '../../src/show/report-text.js';
import { Screen } from '../../src/show/screen.js';

class Printed extends Screen {
  lines: readonly string[] = [];

  constructor() {
    super({ colorWanted: false, json: false, verbose: false, environment: {}, platform: 'linux' });
  }

  override print(text: string): void {
    this.lines = [...this.lines, ...text.split('\n')];
  }
}

const linesOf = (given: Parameters<typeof report>[0]): readonly string[] => {
  const screen = new Printed();
  printReport(report(given), screen, []);
  return screen.lines;
};

const step: Report['steps'][number] = {
  id: 'attach',
  title: 'Attach',
  side: 'dpm-server',
  source: { where: 'the page', confidence: 'documented' },
  command: 'Attach.ps1 -PSName a',
  state: 'done',
  changed: true,
  found: null,
  did: { ending: 'ended', exitCode: 0, elapsedMs: 1, output: [], error: null },
  verified: { state: 'verified', text: 'a is listed.' },
  restartRequired: false,
  fix: [],
};

const finding = (status: Report['findings'][number]['status']): Report['findings'][number] => ({
  id: 'service',
  title: 'Service',
  status,
  found: 'It is stopped.',
  required: 'The service runs.',
  source: { where: 'the page', confidence: 'documented' },
  severity: 'error',
  prevents: [],
  ignored: false,
});

it.each([
  ['fail', 'Requirement, not met: The service runs.'],
  ['warn', 'Requirement: The service runs.'],
  ['could-not-check', 'Requirement, not checked: The service runs.'],
] as const)('a requirement of a finding that is %s does not read as a fact', (status, text) => {
  const lines = linesOf({ command: 'preflight', exitCode: 3, findings: [finding(status)] });
  expect(lines.join('\n')).toContain(text);
});

describe('the end of a run', () => {
  it('asks for the restart before it names the next command', () => {
    const lines = linesOf({
      command: 'install-agent',
      exitCode: 3010,
      changed: true,
      restartRequired: true,
      steps: [step],
      notes: ['Next on this computer: dpm-prep set-dpm-server'],
    });
    const at = (part: string): number => lines.findIndex((line) => line.includes(part));
    expect(at('Restart Windows')).toBeGreaterThan(0);
    expect(at('Next on this')).toBeGreaterThan(at('Restart Windows'));
  });

  it('does not say "Done." alone where a tool died', () => {
    const died = {
      ...step,
      did: { ending: 'ended', exitCode: null, elapsedMs: 1, output: [], error: 'killed' },
    };
    expect(linesOf({ command: 'attach', changed: true, steps: [step] })[0]).toBe('Done.');
    expect(linesOf({ command: 'attach', changed: true, steps: [died as typeof step] })[0]).toBe(
      'Done, but a tool did not end as it should: see below.',
    );
  });
});

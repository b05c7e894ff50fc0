// Makes the preflight of the computer that it runs on, as far as the network goes, and prints the findings.
//   node preflight.mjs '<facts as JSON>'
import { clockDifference, probePorts, resolveNames } from '../../../src/machine/network.js';
import type { Machine } from '../../../src/machine/machine.js';
import { questions, type QuestionName } from '../../../src/machine/questions.js';
import { noFacts, preflight, type PreflightFacts } from '../../../src/preflight/index.js';
import { fakeMachine } from '../../preflight/fake-machine.js';

const network: Partial<Record<QuestionName, (input: unknown) => Promise<unknown>>> = {
  'name-resolution': async (input) => resolveNames(questions['name-resolution'].input.parse(input)),
  'port-probe': async (input) => probePorts(questions['port-probe'].input.parse(input)),
  'clock-difference': async (input) => clockDifference(questions['clock-difference'].input.parse(input)),
};

/** What only Windows can answer stays without an answer. */
const machine: Machine = {
  ...fakeMachine({ answers: {}, registry: {}, files: [] }),
  ask: async (question, input) => {
    const answer = await network[question]?.(input);
    if (answer === undefined) throw new Error('Only Windows answers that.');
    return questions[question].output.parse(answer) as never;
  },
};

const given = JSON.parse(process.argv[2] ?? '{}') as Pick<PreflightFacts, 'side'>;
const began = performance.now();
const findings = await preflight(machine, { ...noFacts(given.side), ...given });
process.stdout.write(JSON.stringify({ findings, ms: performance.now() - began }), () => {
  // A resolver that was not waited for would keep the process.
  process.exit();
});

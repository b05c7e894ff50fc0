// What the generated pages are made of, as the sources have it now: scripts/docs.js bundles this file.
export { commands } from '../src/commands/registry.js';
export { parameterOf, runParameters } from '../src/answers/parameters.js';
export { environmentNameOf, flagOf } from '../src/answers/parameter.js';
export { preflightChecks } from '../src/preflight/index.js';
export { listRules } from '../src/certificate/index.js';
export { networkNotes, networkPorts } from '../src/dpm/network.js';
export { methodsText, scenarios } from '../src/dpm/scenarios.js';
export { faultyExamples } from '../src/dpm/faulty-examples.js';
export { dpmErrors } from '../src/dpm/errors/index.js';
export { computerFaults, faultyTools, misbehaviours } from '../src/rehearsal/faults.js';
export { sourceText, versionsText } from '../src/dpm/source.js';

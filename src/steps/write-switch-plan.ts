import {
  maxSwitchPlanBytes,
  parseSwitchPlan,
  recordedSwitchPlan,
  serializeSwitchPlan,
  type SwitchPlan,
} from '../dpm/switch-plan.js';
import { inferred } from '../dpm/source.js';
import type { EarlierFacts, Facts, Side, Step } from './step.js';
import { writeCarriedFile } from './write-carried-file.js';

export interface WriteSwitchPlanInput {
  /** What it records, as a part of the step's id. */
  readonly records: string;
  readonly side: Side;
  readonly path: string;
  readonly plan: (earlier: EarlierFacts) => SwitchPlan;
}

const prefix = 'write-switch-plan:';

/** Writes how far the switch is, for the next computer. */
export const writeSwitchPlan = ({ records, side, path, plan }: WriteSwitchPlanInput): Step =>
  writeCarriedFile({
    id: `${prefix}${records}`,
    title: 'Record the progress of the switch in the plan file',
    side,
    source: inferred('the steps of the page belong to several computers and have an order'),
    path,
    maxBytes: maxSwitchPlanBytes,
    text: (earlier) => serializeSwitchPlan(plan(earlier)),
    parse: parseSwitchPlan,
    facts: (earlier) => {
      const written = plan(earlier);
      return { switchPlan: { id: written.id, revision: written.revision, path, plan: written } };
    },
  });

/** The plan that a step's record says was written, and where; null: it is not such a step, or of a version that kept none. */
export const writtenPlan = (
  stepId: string,
  facts: Facts,
): { readonly path: string; readonly plan: SwitchPlan } | null => {
  if (!stepId.startsWith(prefix)) return null;
  const { path, plan } = (facts.switchPlan ?? {}) as { readonly path?: unknown; readonly plan?: unknown };
  const known = recordedSwitchPlan(plan);
  return typeof path === 'string' && known !== null ? { path, plan: known } : null;
};

/** The revision that a step's record says was written of this plan; null: it is not such a step, or another plan's. */
export const writtenRevision = (stepId: string, facts: Facts, planId: string): number | null => {
  if (!stepId.startsWith(prefix)) return null;
  const { id, revision } = (facts.switchPlan ?? {}) as { readonly id?: unknown; readonly revision?: unknown };
  return id === planId && typeof revision === 'number' ? revision : null;
};

import {
  maxSwitchPlanBytes,
  parseSwitchPlan,
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
    title: 'Write into the plan file how far the switch is',
    side,
    source: inferred('the steps of the page belong to several computers and have an order'),
    path,
    maxBytes: maxSwitchPlanBytes,
    text: (earlier) => serializeSwitchPlan(plan(earlier)),
    parse: parseSwitchPlan,
    facts: (earlier) => {
      const { id, revision } = plan(earlier);
      return { switchPlan: { id, revision } };
    },
  });

/** The revision that a step's record says was written of this plan; null: it is no such step, or another plan's. */
export const writtenRevision = (stepId: string, facts: Facts, planId: string): number | null => {
  if (!stepId.startsWith(prefix)) return null;
  const { id, revision } = (facts.switchPlan ?? {}) as { readonly id?: unknown; readonly revision?: unknown };
  return id === planId && typeof revision === 'number' ? revision : null;
};

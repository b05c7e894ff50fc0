import type { PureCheck } from '../../checks/run-checks.js';
import { inferred, type Source } from '../../dpm/source.js';
import type { AuditSubject, FileSubject } from '../fleet.js';

export type AuditCheck = PureCheck<AuditSubject>;
export type FileCheck = PureCheck<FileSubject>;

/** What dpm-prep itself needs to compare computers. */
export const needed: Source = inferred('what is not read or not up to date proves nothing');

const dayMs = 86_400_000;

export const day = (time: string | null): string => time?.slice(0, 10) ?? 'an unknown date';

/** Whole days from `now` to `ms`; below 0: it is over. */
export const daysTo = (ms: number, now: Date): number => Math.floor((ms - now.getTime()) / dayMs);

export const inDays = (days: number): string =>
  days === 0 ? 'today' : `in ${String(days)} ${days === 1 ? 'day' : 'days'}`;

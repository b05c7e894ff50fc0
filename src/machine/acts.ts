import * as z from 'zod';

/*
 * What our own scripts change on a computer (Microsoft's programs, scripts and cmdlets are commands of their own,
 * see command.ts). One act = one entry here, one powershell/act-<act>.ps1, one answer of the practice pair.
 */
const text = z.string().max(4_096);

export const acts = {
  /** "Refresh information" of one protected computer: Update-DPMProductionServer. */
  'refresh-computer': {
    input: z.object({ dpmServerName: text, computerName: text }),
    output: z.object({ found: z.boolean() }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type Acts = typeof acts;
export type ActName = keyof Acts;
export type ActInput<A extends ActName> = z.input<Acts[A]['input']>;
export type ActResult<A extends ActName> = z.output<Acts[A]['output']>;

import { agentErrors } from './agent.js';
import { certificateErrors } from './certificate.js';
import type { DpmError } from './entry.js';
import { ntlmErrors } from './ntlm.js';
import { hresultErrors } from './hresults.js';
import { eventErrors, windowsErrors } from './windows.js';

export { placedCommand, type DpmError } from './entry.js';

/** Every error id that matters for workgroup and untrusted-domain computers, in the order of their numbers. */
export const dpmErrors: readonly DpmError[] = [
  ...agentErrors,
  ...ntlmErrors,
  ...certificateErrors,
  ...eventErrors,
  ...windowsErrors,
  ...hresultErrors,
].sort(
  (a, b) => Number(a.id.startsWith('0x')) - Number(b.id.startsWith('0x')) || Number(a.id) - Number(b.id),
);

const byId: ReadonlyMap<string, DpmError> = new Map(dpmErrors.map((error) => [error.id, error]));

/** `0x800706ba`, `-2147023174` and `2147944122` are one HRESULT: its id as the table has it. Null: neither form. */
export const normalErrorId = (text: string): string | null => {
  const hex = /^0x([0-9a-f]{1,8})$/i.exec(text);
  if (hex) return `0x${(hex[1] ?? '').toUpperCase().replace(/^0+(?=.)/, '')}`;
  if (!/^-?\d{1,10}$/.test(text)) return null;
  const number = Number(text);
  if (number < 0 || number > 0x7fff_ffff) {
    return `0x${(number < 0 ? number + 2 ** 32 : number).toString(16).toUpperCase()}`;
  }
  return String(number);
};

/** The entry of an id, `33234` or `0x80070005` in any case, or of an HRESULT as a decimal number; null if unknown. */
export const findDpmError = (id: string | number): DpmError | null => {
  const normal = normalErrorId(String(id).trim());
  return normal === null ? null : (byId.get(normal) ?? null);
};

/*
 * What the form of a Windows error value says, where the table has no entry for it. MS-ERREF: an HRESULT is 32 bits,
 * the highest is set for a failure, bits 16 to 26 are the facility, the lower 16 the code.
 */

/** By facility: whose code it is. Facility 7 carries Win32 codes, 0x99 is where DPM's own codes are seen. */
const facilities: Readonly<Record<number, string>> = {
  0x1: 'RPC',
  0x2: 'COM dispatch',
  0x3: 'storage',
  0x4: 'a COM interface or WMI',
  0x8: 'Windows setup',
  0x9: 'Windows security (SSPI, cryptography)',
  0xb: 'certificates',
  0x13: '.NET',
  0x24: 'Windows Update',
  0x26: 'the volume or filter manager',
  0x78: 'Windows backup',
  0x99: 'DPM itself (internal code)',
};

/** True for the id of a value that reports a failure by its form: an HRESULT as `0x80070005`, or an NTSTATUS. */
export const isHresult = (id: string): boolean =>
  // 0x80000000 to 0x8000000F are flags and the handles of registry roots.
  /^0x(?:[89A][0-9A-F]|[CD]0)[0-9A-F]{6}$/.test(id) && !/^0x8000000[0-9A-F]$/.test(id);

/** One sentence about a failure value without an entry of its own: where it comes from, and how to look it up. */
export const hresultForm = (id: string): string => {
  const value = Number.parseInt(id.slice(2), 16);
  const code = value & 0xffff;
  if (value >= 0xc000_0000) return 'A status value of Windows (NTSTATUS) or of a program; not in the table.';
  const facility = (value >>> 16) & 0x7ff;
  if (facility === 7) {
    return `Windows error ${String(code)}; its text: net helpmsg ${String(code)}`;
  }
  const whose = facilities[facility];
  return whose === undefined
    ? `An HRESULT of facility ${String(facility)}, code ${String(code)}; not in the table.`
    : `An HRESULT of ${whose}, code ${String(code)}; not in the table.`;
};

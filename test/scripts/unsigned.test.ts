import { describe, expect, it } from 'vitest';
import { signatureOf, unsigned } from '../../scripts/unsigned.js';

/** The smallest file with the headers of a 64-bit (0x20b) or 32-bit (0x10b) Windows program. */
const program = (magic: 0x10b | 0x20b, signature: Buffer): Buffer => {
  const header = Buffer.alloc(0x200);
  header.write('MZ', 0, 'latin1');
  header.writeUInt32LE(0x80, 0x3c);
  header.write('PE\0\0', 0x80, 'latin1');
  const optional = 0x80 + 24;
  header.writeUInt16LE(magic, optional);
  const entry = optional + (magic === 0x20b ? 112 : 96) + 4 * 8;
  header.writeUInt32LE(signature.length === 0 ? 0 : header.length, entry);
  header.writeUInt32LE(signature.length, entry + 4);
  return Buffer.concat([header, signature]);
};

describe.each([0x20b, 0x10b] as const)('the signature of a program with header %i', (magic) => {
  const signature = Buffer.from('not really PKCS #7');

  it('is found where the header says', () => {
    expect(signatureOf(program(magic, signature))).toEqual({ offset: 0x200, size: signature.length });
  });

  it('is gone afterwards, from the file and from the header', () => {
    const before = program(magic, signature);
    const copy = Buffer.from(before);
    const after = unsigned(before);
    expect(after).toEqual(program(magic, Buffer.alloc(0)));
    expect(before).toEqual(copy);
  });

  it('leaves an unsigned program as it is', () => {
    const before = program(magic, Buffer.alloc(0));
    expect(unsigned(before)).toEqual(before);
  });

  it('keeps a signature that something follows', () => {
    const more = Buffer.concat([program(magic, signature), Buffer.from('more')]);
    expect(() => unsigned(more)).toThrow('not the last thing');
  });
});

it('refuses a file that is not a Windows program', () => {
  const elf = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(0x200)]);
  expect(() => unsigned(elf)).toThrow('does not start with MZ');
  const dos = Buffer.alloc(0x200);
  dos.write('MZ', 0, 'latin1');
  expect(() => unsigned(dos)).toThrow('no PE header');
});

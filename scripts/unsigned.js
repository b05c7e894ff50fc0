// Takes the Authenticode signature out of a Windows program (PE format, "Attribute Certificate Table").

const certificateTable = 4;

/** @param {Buffer} program */
const headerOf = (program) => {
  if (program.length < 0x40 || program.toString('latin1', 0, 2) !== 'MZ')
    throw new Error('This is not a Windows program: it does not start with MZ.');
  const header = program.readUInt32LE(0x3c);
  if (header + 24 > program.length || program.readUInt32LE(header) !== 0x4550)
    throw new Error('This is not a Windows program: it has no PE header.');
  return header + 24;
};

/** @param {Buffer} program */
const entryOf = (program) => {
  const optional = headerOf(program);
  const magic = program.readUInt16LE(optional);
  const directories = new Map([
    [0x10b, 96],
    [0x20b, 112],
  ]).get(magic);
  if (directories === undefined) throw new Error(`Unknown kind of PE header: 0x${magic.toString(16)}.`);
  return optional + directories + certificateTable * 8;
};

/**
 * Where the signature is: offset and size in bytes; size 0 for an unsigned program.
 * @param {Buffer} program
 */
export const signatureOf = (program) => {
  const entry = entryOf(program);
  return { offset: program.readUInt32LE(entry), size: program.readUInt32LE(entry + 4) };
};

/**
 * The program without its signature; the given buffer stays as it is.
 * @param {Buffer} program
 */
export const unsigned = (program) => {
  const { offset, size } = signatureOf(program);
  if (size === 0) return Buffer.from(program);
  if (offset + size !== program.length)
    throw new Error('The signature is not the last thing in the program; it cannot be removed.');
  const without = Buffer.from(program.subarray(0, offset));
  without.writeBigUInt64LE(0n, entryOf(without));
  return without;
};

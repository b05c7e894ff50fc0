import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunkBytes = 64 * 1024;

/**
 * The bytes of a file, or null where it has more than `maxBytes`: no more are read than that, whatever the file says of
 * its size; a device or a pipe has none. Throws the system's error.
 */
export const readAtMost = (path: string, maxBytes: number): Buffer | null => {
  const descriptor = openSync(path, 'r');
  try {
    if (fstatSync(descriptor).size > maxBytes) return null;
    const chunks: Buffer[] = [];
    for (let left = maxBytes; left >= 0;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
};

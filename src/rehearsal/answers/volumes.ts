import { faulty, type Answerer } from './answer.js';

const gigabyte = 1_073_741_824;

export const volumes: Answerer<'volumes'> = (asked) => ({
  volumes: [
    {
      drive: 'C:',
      fileSystem: faulty(asked, 'fat-volume') ? 'FAT32' : 'NTFS',
      sizeBytes: 127 * gigabyte,
      freeBytes: faulty(asked, 'disk-full') ? 20 * 1_048_576 : 90 * gigabyte,
      holdsWindows: true,
    },
  ],
});

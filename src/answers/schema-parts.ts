import * as z from 'zod';
import type { Z } from './parameter.js';

/** Named one by one: handed on as a whole, zod brings its texts in sixty languages into every command. */
export const schemaParts: Z = {
  NEVER: z.NEVER,
  array: z.array,
  boolean: z.boolean,
  coerce: z.coerce,
  enum: z.enum,
  string: z.string,
  union: z.union,
};

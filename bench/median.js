/**
 * The middle one; of an even number the upper of the two. Throws where there is none.
 * @param {readonly number[]} values
 */
export const median = (values) => {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
};

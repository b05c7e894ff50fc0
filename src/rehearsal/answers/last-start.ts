import type { Answerer } from './answer.js';

export const lastStart: Answerer<'last-start'> = ({ state, world }) => ({
  started: state.started ?? world.created,
});

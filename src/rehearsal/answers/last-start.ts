import type { Answerer } from './answer.js';

export const lastStart: Answerer<'last-start'> = ({ state }) => ({ started: state.lastStart });
